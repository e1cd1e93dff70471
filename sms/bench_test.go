package sms

import (
	"context"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

// BenchmarkDeliver measures a delivery from text to answer over the loopback.
func BenchmarkDeliver(b *testing.B) {
	cfg := smsc(b, func(context.Context, *smpp.Session, *smpp.SubmitSM) (string, smpp.Status) {
		return "1a2b3c4d", smpp.StatusOK
	})
	cfg.Session.Window = 100
	c := start(b, Config{Name: "a", Sender: "Pinbell", SMPP: cfg})
	d := delivery("Your Pinbell code is 000000. Don't share it.")
	d.Deadline = time.Now().Add(time.Hour)
	b.ReportAllocs()
	b.SetParallelism(50)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if r := c.Deliver(context.Background(), d, nil); r.Outcome != pinbell.Submitted {
				b.Errorf("got %+v", r)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
}
