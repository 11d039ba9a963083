package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"madoguchi/internal/calendarfile"
	"madoguchi/terms/fault"
	"madoguchi/terms/worktime"
)

// WorktimeCmd groups the commands about business time.
type WorktimeCmd struct {
	Eval WorktimeEvalCmd `cmd:"" help:"Answer cases about business time: one JSON object a line in, one a line out."`
}

// WorktimeEvalCmd answers business-time cases read from standard input. The
// targets are those of first_response_due.
type WorktimeEvalCmd struct {
	Calendars string        `required:"" type:"existingfile" help:"JSON file of the calendars that the cases name."`
	High      time.Duration `default:"2h" help:"First-response target of priority high, in business time."`
	Medium    time.Duration `default:"6h" help:"First-response target of priority medium, in business time."`
	Low       time.Duration `default:"8h" help:"First-response target of priority low, in business time."`
}

// Run reads cases until the end of the input. A case that cannot be answered
// gets a line with an error, and the rest goes on.
func (c *WorktimeEvalCmd) Run(stdio *IO) (err error) {
	f, err := os.Open(c.Calendars)
	if err != nil {
		return fault.Wrap(fault.NotFound, err, "カレンダーのファイルを開けません。", "the calendar file cannot be opened")
	}
	library, err := calendarfile.ReadLibrary(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	e := newEvaluator(library, map[string]time.Duration{"high": c.High, "medium": c.Medium, "low": c.Low})
	out := bufio.NewWriter(stdio.Out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	in := bufio.NewReaderSize(stdio.In, 64<<10)
	for n := 1; ; n++ {
		line, rerr := readLine(in)
		if len(bytes.TrimSpace(line)) > 0 || errors.Is(rerr, errLongLine) {
			answer := e.answerLine(n, line, rerr)
			if err := writeLine(out, answer); err != nil {
				return err
			}
		}
		if rerr != nil && !errors.Is(rerr, errLongLine) {
			if rerr == io.EOF {
				return nil
			}
			return fmt.Errorf("read case %d: %w", n, rerr)
		}
	}
}

// maxLine bounds one case, in bytes.
const maxLine = 4 << 20

var errLongLine = fault.New(fault.TooLarge, "1行は4 MiBまでです。", "a line may have at most 4 MiB")

// readLine returns the next line. A line over maxLine is skipped with errLongLine.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case long && err == nil:
			return nil, errLongLine
		default:
			return line, err
		}
	}
}

func writeLine(out *bufio.Writer, a answer) error {
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if _, err = out.Write(line); err == nil {
		err = out.WriteByte('\n')
	}
	return err
}

// answer is one line of output: what was got, or what is wrong with the case.
type answer struct {
	ID    json.RawMessage `json:"id"`
	Got   any             `json:"got,omitempty"`
	Error string          `json:"error,omitempty"`
}

// failure is what is got where there is no result.
type failure struct {
	Error string `json:"error"`
}

// answerLine answers line n.
func (e *evaluator) answerLine(n int, line []byte, lineErr error) answer {
	a := answer{ID: json.RawMessage("null")}
	var c testCase
	err := lineErr
	if err == nil || err == io.EOF {
		err = decode(line, &c)
	}
	if len(c.ID) > 0 {
		a.ID = c.ID
	}
	if err == nil {
		a.Got, err = e.answer(c)
	}
	switch {
	case errors.Is(err, worktime.ErrNeverOpen):
		a.Got = failure{"never_open"}
	case err != nil:
		a.Got, a.Error = nil, fmt.Sprintf("line %d: %s", n, inWords(err))
	}
	return a
}

// inWords returns an error for the terminal: the field to blame and what is wrong.
func inWords(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		if f.Field != "" {
			return f.Field + ": " + f.Text.EN
		}
		return f.Text.EN
	}
	return err.Error()
}
