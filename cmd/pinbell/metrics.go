package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// A meter counts what the service does, for /metrics. Labels are few by
// design: channels, carriers and outcomes, never a number or an identifier.
type meter struct {
	registry   *prometheus.Registry
	started    *prometheus.CounterVec
	checked    *prometheus.CounterVec
	deliveries *prometheus.HistogramVec
}

func newMeter() *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		started: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pinbell_verifications_started_total", Help: "Verifications started, by the channel of their first step.",
		}, []string{"channel"}),
		checked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pinbell_checks_total", Help: "Checks, by result: approved, wrong, or ended where there was nothing to check any more.",
		}, []string{"result"}),
		deliveries: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "pinbell_delivery_seconds", Help: "How long carriers took with attempts, calls and messages, by outcome.",
			Buckets: []float64{.01, .05, .1, .5, 1, 2.5, 5, 10, 20, 30, 60},
		}, []string{"carrier", "channel", "outcome"}),
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.started, m.checked, m.deliveries)
	return m
}

// handler answers /metrics, with the carriers' health as it is then.
func (m *meter) handler(v *verify.Service) http.Handler {
	m.registry.MustRegister(carrierHealth{v})
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Started implements [verify.Meter].
func (m *meter) Started(ch pinbell.Channel) { m.started.WithLabelValues(string(ch)).Inc() }

// Checked implements [verify.Meter].
func (m *meter) Checked(result string) { m.checked.WithLabelValues(result).Inc() }

// Delivered implements [verify.Meter].
func (m *meter) Delivered(carrier string, ch pinbell.Channel, outcome pinbell.Outcome, took time.Duration) {
	m.deliveries.WithLabelValues(carrier, string(ch), string(outcome)).Observe(took.Seconds())
}

// carrierHealth reports each carrier of the configuration as 1 while it is ready to deliver.
type carrierHealth struct{ v *verify.Service }

var carrierReady = prometheus.NewDesc("pinbell_carrier_ready", "Whether the carrier is ready to deliver.", []string{"carrier"}, nil)

// Describe implements [prometheus.Collector].
func (carrierHealth) Describe(c chan<- *prometheus.Desc) { c <- carrierReady }

// Collect implements [prometheus.Collector].
func (h carrierHealth) Collect(c chan<- prometheus.Metric) {
	for name, ok := range h.v.Configured() {
		value := 0.0
		if ok {
			value = 1
		}
		c <- prometheus.MustNewConstMetric(carrierReady, prometheus.GaugeValue, value, name)
	}
}
