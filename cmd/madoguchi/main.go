// Command madoguchi is a support desk that executes a written support
// contract. It only connects the process to package cli.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"madoguchi/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args[1:], &cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv})
	stop()
	os.Exit(code)
}
