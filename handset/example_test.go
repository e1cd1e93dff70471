package handset_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/handset"
	"github.com/pinbell/pinbell/prompt"
)

// A handset that hears codes in every packed locale, with its page.
func Example() {
	renderer, err := prompt.New(prompt.Config{})
	if err != nil {
		log.Fatal(err)
	}
	voices := handset.Voices{}
	for _, locale := range renderer.Locales() {
		if voices[locale], err = renderer.Digits(locale); err != nil {
			log.Fatal(err)
		}
	}
	phone, err := handset.New(handset.Config{Voices: voices})
	if err != nil {
		log.Fatal(err)
	}
	if err := phone.Listen(); err != nil {
		log.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	go func() { _ = phone.Run(ctx) }()
	go func() { _ = http.ListenAndServe("127.0.0.1:8090", phone.Handler()) }()

	// A server that calls phone.SIPAddr() verifies this number.
	to, err := pinbell.ParseNumber("+15551234567", "")
	if err != nil {
		log.Fatal(err)
	}
	code, channel, err := phone.Latest(ctx, to)
	fmt.Println(code.Len(), channel, err)
}
