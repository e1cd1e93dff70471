package gateway

import (
	"bytes"
	"encoding/xml"
	"net/url"
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
)

// gatherWait is how long keys are awaited where a gather does not say.
const gatherWait = 5 * time.Second

// laml writes what a call says as TwiML, which SignalWire calls LaML. next is
// where the keys of a last gather go, or what is said after; "" hangs up.
func laml(items []pinbell.SpelledItem, next string) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><Response>`)
	for _, it := range items {
		switch {
		case it.Gather != nil:
			lamlGather(&b, *it.Gather, next)
			next = "" // nothing follows a gather but its keys
		case it.URL != "":
			b.WriteString("<Play>" + escaped(it.URL) + "</Play>")
		case it.Pause > 0: // whole seconds only; short ones are the engine's own between sentences
			if n := int(it.Pause.Round(time.Second).Seconds()); n > 0 {
				b.WriteString(`<Pause length="` + strconv.Itoa(n) + `"/>`)
			}
		default:
			b.WriteString(`<Say language="` + escaped(string(it.Locale)) + `">` + escaped(it.Words.Reveal()) + "</Say>")
		}
	}
	if next != "" {
		b.WriteString(`<Redirect method="POST">` + escaped(next) + "</Redirect>")
	} else {
		b.WriteString("<Hangup/>")
	}
	b.WriteString("</Response>")
	return b.Bytes()
}

// lamlGather also comes back when no key was pressed, so that we decide.
func lamlGather(b *bytes.Buffer, g pinbell.Gather, next string) {
	wait := g.Timeout
	if wait == 0 {
		wait = gatherWait
	}
	b.WriteString(`<Gather input="dtmf" method="POST" actionOnEmptyResult="true" numDigits="` + strconv.Itoa(max(g.Max, 1)) +
		`" timeout="` + strconv.Itoa(max(1, int(wait.Seconds()))) + `" finishOnKey="` + escaped(g.Finish) + `" action="` + escaped(next) + `"/>`)
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}

func (t *twilio) verify(in inbound) error {
	_, err := t.verified(in)
	return err
}

func (t *twilio) keys(in inbound) string {
	form, err := url.ParseQuery(string(in.body))
	if err != nil {
		return ""
	}
	return form.Get("Digits")
}

func (t *twilio) page(items []pinbell.SpelledItem, next string) (string, []byte) {
	return "application/xml", laml(items, next)
}
