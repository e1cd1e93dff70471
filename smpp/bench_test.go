package smpp

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// BenchmarkSubmit measures submit_sm to submit_sm_resp over the loopback, our
// client against our server, with a full window.
func BenchmarkSubmit(b *testing.B) {
	for _, window := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("window=%d", window), func(b *testing.B) {
			addr := serve(b, ServerConfig{Submit: accept("1a2b3c4d5e6f")})
			s := connect(b, addr, SessionConfig{Window: window})
			if _, err := s.Bind(b.Context(), &Bind{SystemID: "bench"}); err != nil {
				b.Fatal(err)
			}
			m := &SubmitSM{Source: Address{5, 0, "Pinbell"}, Destination: Address{1, 1, "15550100"}, RegisteredDelivery: 1,
				ValidityPeriod: RelativeTime(5 * time.Minute), ShortMessage: []byte("Your Pinbell code is 000000. Don't share it.")}
			b.ReportAllocs()
			b.ResetTimer()
			var wg sync.WaitGroup
			for w := range window {
				wg.Go(func() {
					for i := w; i < b.N; i += window {
						if _, err := s.Submit(context.Background(), m); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}
