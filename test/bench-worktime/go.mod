module madoguchi/test/bench-worktime

go 1.26.0

require (
	github.com/rickar/cal/v2 v2.1.27
	madoguchi v0.0.0
)

replace madoguchi => ../..
