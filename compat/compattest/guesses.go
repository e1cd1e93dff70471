package compattest

import (
	"errors"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// SpendGuesses guesses wrong for a number of the service "default" until no
// more verifications of it may be started.
func (b *Bench) SpendGuesses(number string) {
	b.Helper()
	for range 20 {
		own := "471100"
		v, err := b.Config.Verify.Start(b.Context(), verify.StartRequest{To: number, Channel: pinbell.SMS, Code: &own})
		var limit *pinbell.RateLimitError
		if errors.As(err, &limit) && errors.Is(err, pinbell.ErrTooManyGuesses) {
			return
		}
		if err != nil {
			b.Fatal(err)
		}
		for range v.MaxChecks {
			if _, _, err := b.Config.Verify.Check(b.Context(), verify.CheckRequest{ID: v.ID, Code: Wrong(own)}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Fatal("starts were never refused")
}
