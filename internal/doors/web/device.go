package web

import "strings"

// deviceOf names a browser and its system from what it says of itself, so that
// a person knows their sessions apart. It decides nothing.
func deviceOf(agent string) string {
	name := func(of [][2]string) string {
		for _, n := range of {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := name([][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}})
	system := name([][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}})
	if browser == "" && system == "" {
		if agent, _, _ = strings.Cut(agent, " "); len(agent) > 40 {
			agent = agent[:40]
		}
		return strings.ToValidUTF8(agent, "")
	}
	return strings.Trim(browser+" · "+system, " ·")
}
