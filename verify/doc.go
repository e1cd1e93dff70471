// Package verify holds the use cases of a verification: start, check, resend,
// cancel and read, and the dispatcher that delivers attempts.
//
// It knows the domain and nothing else: stores and carriers come in through
// small interfaces declared here. It decides by outcomes alone and never sees
// a SIP or SMPP code but as text to keep.
//
// A [Service] is safe for concurrent use. [Service.Run] delivers; without it
// verifications are stored and wait.
//
//	s, err := verify.New(verify.Config{Store: st, Keyring: keys, Carriers: carriers})
//	go s.Run(ctx)
//	v, err := s.Start(ctx, verify.StartRequest{To: "+15551234567", Channel: pinbell.Voice})
//	v, approved, err := s.Check(ctx, verify.CheckRequest{ID: v.ID, Code: "123456"})
package verify
