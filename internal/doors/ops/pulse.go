package ops

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"madoguchi/internal/desk"
)

// gauge is a number that is asked for at each scrape.
type gauge struct {
	desc *prometheus.Desc
	of   func(p desk.Pulse, now time.Time) float64
}

func measure(name, help string, of func(desk.Pulse, time.Time) float64) gauge {
	return gauge{prometheus.NewDesc("madoguchi_"+name, help, nil, nil), of}
}

// age is how long something has waited, in seconds; nothing waits: 0.
func age(since, now time.Time) float64 {
	if since.IsZero() {
		return 0
	}
	return max(0, now.Sub(since).Seconds())
}

var gauges = []gauge{
	measure("mails_unfiled", "Mails accepted and not filed yet (stops at 10001).",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Unfiled) }),
	measure("mails_unfiled_age_seconds", "How long the oldest unfiled mail has waited.",
		func(p desk.Pulse, now time.Time) float64 { return age(p.UnfiledSince, now) }),
	measure("mails_quarantined", "Mails that could not be filed and wait for a person (stops at 10001).",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Quarantined) }),
	measure("outbox_queued", "Mails of the desk that the relay has not taken yet (stops at 10001).",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Queued) }),
	measure("outbox_queued_age_seconds", "How long ago the oldest queued mail was written.",
		func(p desk.Pulse, now time.Time) float64 { return age(p.QueuedSince, now) }),
	measure("outbox_given_up", "Mails of the desk that will not be tried again (stops at 10001).",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.GivenUp) }),
	measure("targets_running", "Targets whose deadline is to come or to be judged (stops at 10001).",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Running) }),
	measure("deadlines_unjudged", "Deadlines that have passed and are not judged yet (stops at 10001).",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Unjudged) }),
	measure("deadlines_unjudged_age_seconds", "How long ago the earliest unjudged deadline passed.",
		func(p desk.Pulse, now time.Time) float64 { return age(p.UnjudgedSince, now) }),
	measure("search_lag_events", "Events of the history that the search index does not hold yet.",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Search.Events) }),
	measure("search_lag_seconds", "How far the search index may be behind the history.",
		func(p desk.Pulse, _ time.Time) float64 { return p.Search.Behind.Seconds() }),
	measure("lists_renewing", "Cases whose rows in lists an earlier version made and that are not made anew yet.",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Renewing) }),
	measure("history_events", "Events in the history.",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Events) }),
	measure("browsers_listening", "Open pages that listen for changes on this node.",
		func(p desk.Pulse, _ time.Time) float64 { return float64(p.Browsers) }),
}

// pulse asks the desk when Prometheus asks us.
type pulse struct{ door *Door }

// Describe implements [prometheus.Collector].
func (pulse) Describe(to chan<- *prometheus.Desc) {
	for _, g := range gauges {
		to <- g.desc
	}
}

// Collect implements [prometheus.Collector]. When the desk cannot answer, the
// scrape names the failure, once, and gives the other metrics all the same.
func (c pulse) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p, err := c.door.cfg.Pulse(ctx)
	now := c.door.cfg.Now()
	for _, g := range gauges {
		if err != nil {
			to <- prometheus.NewInvalidMetric(g.desc, err)
			return
		}
		to <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, g.of(p, now))
	}
}

// info is a series that is always 1 and names the version.
func info(version string) prometheus.Collector {
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "madoguchi_build_info", Help: "Always 1; the label is the running version.", ConstLabels: prometheus.Labels{"version": version},
	})
	g.Set(1)
	return g
}
