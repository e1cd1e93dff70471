package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/handset"
)

// onceTime bounds each verification of demo --once.
const onceTime = 60 * time.Second

// once verifies one number by voice and by SMS through the HTTP API, with the
// handset as the person: what it heard and read is what is typed.
func (d demoCmd) once(ctx context.Context, out io.Writer, sys *system, phone *handset.Handset, key string) error {
	if err := sys.ready(ctx); err != nil {
		return err
	}
	client, err := api.New(api.Config{BaseURL: sys.url(), Key: key})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "server   %s\nhandset  SIP %s (UDP), SMPP %s\n", sys.url(), phone.SIPAddr(), phone.SMPPAddr())
	for _, ch := range []pinbell.Channel{pinbell.Voice, pinbell.SMS} {
		if err := d.verify(ctx, out, client, phone, ch); err != nil {
			return fmt.Errorf("%s: %w", ch, err)
		}
	}
	return d.record(out, phone)
}

func (d demoCmd) verify(ctx context.Context, out io.Writer, client *api.Client, phone *handset.Handset, ch pinbell.Channel) error {
	ctx, cancel := context.WithTimeout(ctx, onceTime)
	defer cancel()
	number, err := pinbell.ParseNumber(d.To, "")
	if err != nil {
		return err
	}
	v, err := client.Start(ctx, api.StartRequest{To: d.To, Channel: string(ch), Locale: d.Locale})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "\n%s to %s in %s: %s\n", ch, number.Masked(), v.Locale, v.ID)

	watched := make(chan error, 1)
	go func() { watched <- printEvents(ctx, out, client, v) }()

	code, _, err := phone.LatestAfter(ctx, number, v.CreatedAt)
	if err != nil {
		return fmt.Errorf("no code reached the handset: %w", err)
	}
	verb := "read"
	if ch == pinbell.Voice {
		verb = "heard"
	}
	printStep(out, time.Since(v.CreatedAt), "handset", fmt.Sprintf("%s the code %s", verb, code.Reveal()))
	result, err := client.Check(ctx, v.ID, api.CheckRequest{Code: code.Reveal()})
	if err != nil {
		return err
	}
	if err := <-watched; err != nil {
		return err
	}
	if !result.Valid {
		return fmt.Errorf("the code that the handset %s was not right: %s", verb, result.Status)
	}
	return nil
}

// record writes the call as the phone received it.
func (d demoCmd) record(out io.Writer, phone *handset.Handset) error {
	if d.WAV == "" {
		return nil
	}
	calls := phone.Calls()
	if len(calls) == 0 {
		return errors.New("--wav: there was no call")
	}
	sound := phone.Recording(calls[0].ID)
	var wav bytes.Buffer
	if err := audio.WriteWAV(&wav, sound); err != nil {
		return err
	}
	if err := os.WriteFile(d.WAV, wav.Bytes(), 0o600); err != nil {
		return fmt.Errorf("--wav: %w", err)
	}
	_, _ = fmt.Fprintf(out, "\nwrote %s, %s of sound\n", d.WAV, sound.Duration().Round(10*time.Millisecond))
	return nil
}
