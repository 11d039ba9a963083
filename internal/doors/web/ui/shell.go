package ui

import "strconv"

// atMost writes a count, and "99+" beyond a number.
func atMost(n, most int) string {
	if n > most {
		return strconv.Itoa(most) + "+"
	}
	return strconv.Itoa(n)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func other(l Lang) Lang {
	if l == JA {
		return EN
	}
	return JA
}

var keyRows = []struct {
	keys []string
	text string
}{
	{[]string{"J", "K"}, "keys.move"},
	{[]string{"Enter"}, "keys.open"},
	{[]string{"R"}, "keys.reply"},
	{[]string{"N"}, "keys.note-tab"},
	{[]string{"P"}, "keys.priority"},
	{[]string{"A"}, "keys.assign"},
	{[]string{"W"}, "keys.follow"},
	{[]string{"F"}, "keys.filter"},
	{[]string{"T"}, "keys.take"},
	{[]string{"X"}, "keys.select"},
	{[]string{"B"}, "keys.bulk"},
	{[]string{"/"}, "keys.find"},
	{[]string{"Ctrl", "K"}, "keys.palette"},
	{[]string{"G", "Q"}, "keys.queue"},
	{[]string{"G", "S"}, "keys.search"},
	{[]string{"G", "C"}, "keys.customers"},
	{[]string{"G", "U"}, "keys.unidentified"},
	{[]string{"G", "T"}, "keys.contract"},
	{[]string{"G", "N"}, "keys.notices"},
	{[]string{"Ctrl", "Enter"}, "keys.send"},
	{[]string{"Z"}, "keys.undo"},
	{[]string{"Esc"}, "keys.leave"},
	{[]string{"?"}, "keys.help"},
}
