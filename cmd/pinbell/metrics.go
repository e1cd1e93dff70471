package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/pinbell/pinbell/verify"
)

// newMetrics answers /metrics: the process, and which carriers are ready.
func newMetrics(v *verify.Service) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), carrierHealth{v})
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// carrierHealth reports each carrier as 1 while it is ready to deliver.
type carrierHealth struct{ v *verify.Service }

var carrierReady = prometheus.NewDesc("pinbell_carrier_ready", "Whether the carrier is ready to deliver.", []string{"carrier"}, nil)

// Describe implements [prometheus.Collector].
func (carrierHealth) Describe(c chan<- *prometheus.Desc) { c <- carrierReady }

// Collect implements [prometheus.Collector].
func (h carrierHealth) Collect(c chan<- prometheus.Metric) {
	for name, ok := range h.v.Carriers() {
		value := 0.0
		if ok {
			value = 1
		}
		c <- prometheus.MustNewConstMetric(carrierReady, prometheus.GaugeValue, value, name)
	}
}
