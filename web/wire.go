package web

import (
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// wireVerification is a verification as its owner sees it: the number is in
// full, since the owner gave it.
func wireVerification(v pinbell.Verification) api.Verification {
	out := api.Verification{
		ID: string(v.ID), Status: string(v.Status), To: v.To.E164(), Channel: string(v.Channel), Locale: string(v.Locale),
		Service: v.Service, CreatedAt: v.CreatedAt, ExpiresAt: v.ExpiresAt, ChecksLeft: v.ChecksLeft(),
		Reference: v.Options.Reference, Metadata: wireMetadata(v.Options.Metadata), Attempts: make([]api.Attempt, len(v.Attempts)),
	}
	for i, a := range v.Attempts {
		out.Attempts[i] = api.Attempt{
			ID: string(a.ID), Channel: string(a.Channel), Carrier: a.Carrier, Status: string(a.Status),
			Outcome: string(a.Outcome), Cause: a.Cause, StartedAt: wireTime(a.StartedAt), EndedAt: wireTime(a.EndedAt),
		}
	}
	return out
}

func wireVerificationAny(v pinbell.Verification, _ bool) any { return wireVerification(v) }

func wireCheck(v pinbell.Verification, approved bool) any {
	return api.CheckResult{ID: string(v.ID), Status: string(v.Status), Valid: approved, ChecksLeft: v.ChecksLeft()}
}

func wireEvent(e pinbell.Event) api.Event {
	return api.Event{
		Seq: e.Seq, At: e.At, Type: string(e.Kind), Attempt: string(e.Attempt), Channel: string(e.Channel),
		Carrier: e.Carrier, Outcome: string(e.Outcome), Detail: e.Detail,
	}
}

func wireKey(k pinbell.Key) api.Key {
	out := api.Key{
		ID: string(k.ID), Name: k.Name, Service: k.Service, CreatedAt: k.CreatedAt,
		RevokedAt: wireTime(k.RevokedAt), Scopes: make([]string, len(k.Scopes)),
	}
	for i, s := range k.Scopes {
		out.Scopes[i] = string(s)
	}
	return out
}

func wireTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
