package laml_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/laml"
)

func TestParse(t *testing.T) {
	for doc, want := range map[string]string{
		`<Response/>`: "~1s",
		`<?xml version="1.0"?><!-- a --><Response><Hangup/><Say>Never</Say></Response>`:                             "~1s",
		`<Response><Say>Your code is 1234</Say></Response>`:                                                         "Your code is [1234]",
		"<Response><Say>\n  Hello\n  you &amp; me\n</Say></Response>":                                               "Hello you & me",
		`<Response><Say></Say><Pause length="2"/></Response>`:                                                       "~2s",
		`<Response><Pause length="0"/><Pause/></Response>`:                                                          "~1s",
		`<Response><Pause length="130"/></Response>`:                                                                "~1m0s ~1m0s ~10s",
		`<Response><Say loop="3">Hi</Say></Response>`:                                                               "Hi Hi Hi",
		`<Response><Play>https://a.example/b.wav?x=1&amp;y=2</Play></Response>`:                                     "<https://a.example/b.wav?x=1&y=2>",
		`<Response><Say>Hi<break time="1.5s"/>you<break strength="none"/></Say></Response>`:                         "Hi ~1.5s you",
		`<Response><Say>It is <say-as interpret-as="digits">12</say-as>.</Say></Response>`:                          "It is [12]",
		`<Response><Say><say-as interpret-as="spell-out">AB1</say-as></Say></Response>`:                             "A, B, 1",
		`<Response><Say><say-as interpret-as="date">1.1.</say-as></Say></Response>`:                                 "1.1.",
		`<Response><Say><p>Hi <emphasis level="strong">you</emphasis></p><s>there</s></Say></Response>`:             "Hi you there",
		`<Response><Say><sub alias="World Wide Web">WWW</sub></Say></Response>`:                                     "World Wide Web",
		`<Response><Say><say-as interpret-as="telephone">` + strings.Repeat("1", 40) + `</say-as></Say></Response>`: "[" + strings.Repeat("1", 32) + "] [" + strings.Repeat("1", 8) + "]",
	} {
		parsed, err := laml.Parse([]byte(doc))
		if err != nil {
			t.Errorf("%s: %v", doc, err)
			continue
		}
		list, static, err := parsed.Playlist()
		if !static || err != nil {
			t.Errorf("%s: %v, %v", doc, static, err)
		}
		compattest.Equal(t, doc, words(list), want)
		if err := list.Validate(); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

func TestVoices(t *testing.T) {
	for attributes, want := range map[string]string{
		``: "", `voice="man"`: "male", `voice="woman"`: "female", `voice="alice"`: "female", `voice="Polly.Matthew"`: "male",
		`voice="Polly.Matthew-Neural"`: "male", `voice="Polly.Joanna"`: "female", `voice="Google.en-US-Standard-A"`: "",
	} {
		item := first(t, `<Response><Say `+attributes+`>Hi</Say></Response>`)
		compattest.Equal(t, attributes, item.Gender, want)
		compattest.Equal(t, attributes, item.Locale, "en-US")
	}
	compattest.Equal(t, "language", first(t, `<Response><Say language="pt-br">Oi</Say></Response>`).Locale, "pt-BR")
	compattest.Equal(t, "lang", first(t, `<Response><Say><lang xml:lang="fr-FR">Oui</lang></Say></Response>`).Locale, "fr-FR")
}

func first(t *testing.T, doc string) pinbell.Item {
	t.Helper()
	parsed, err := laml.Parse([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := parsed.Playlist()
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

func TestBrokenDocuments(t *testing.T) {
	for doc, want := range map[string]struct {
		code int
		says string
	}{
		``:                       {12100, "empty"},
		`hello`:                  {12200, "outside"},
		`<Response>`:             {12100, "line 1"},
		`<Response></Say>`:       {12100, "line 1"},
		"<Response>\n<Say>\x00":  {12100, "line 2"},
		`<Response/><Response/>`: {12200, "after the end"},
		`<Response/>more`:        {12200, "outside"},
		`<html/>`:                {12200, "<Response>"},
		`<!DOCTYPE a [<!ENTITY b "c">]><Response/>`:                                                              {12200, "document type"},
		`<Response>&b;</Response>`:                                                                               {12100, "line 1"},
		`<?xml version="1.0" encoding="latin1"?><Response/>`:                                                     {12100, "UTF-8"},
		`<Response>Hello</Response>`:                                                                             {12200, "text"},
		`<Response class="a"/>`:                                                                                  {12200, "class"},
		`<Response><Dial>+12025550199</Dial></Response>`:                                                         {12200, "<Dial>"},
		`<Response><Record/></Response>`:                                                                         {12200, "<Record>"},
		`<Response><Reject/></Response>`:                                                                         {12200, "<Reject>"},
		`<Response><Sms>Hi</Sms></Response>`:                                                                     {12200, "<Sms>"},
		`<Response><Enqueue/></Response>`:                                                                        {12200, "<Enqueue>"},
		`<Response><Say speed="2">Hi</Say></Response>`:                                                           {12200, "speed"},
		`<Response><Say loop="-1">Hi</Say></Response>`:                                                           {12200, "loop"},
		`<Response><Say loop="x">Hi</Say></Response>`:                                                            {12200, "loop"},
		`<Response><Say language="!">Hi</Say></Response>`:                                                        {12200, "language"},
		`<Response><Say><audio src="a"/></Say></Response>`:                                                       {12200, "<audio>"},
		`<Response><Say><break time="2h"/></Say></Response>`:                                                     {12200, "time"},
		`<Response><Say><break strength="x"/></Say></Response>`:                                                  {12200, "strength"},
		`<Response><Play digits="1"/></Response>`:                                                                {12200, "digits"},
		`<Response><Play/></Response>`:                                                                           {12200, "no address"},
		`<Response><Pause length="601"/></Response>`:                                                             {12200, "length"},
		`<Response><Pause>1</Pause></Response>`:                                                                  {12200, "no text"},
		`<Response><Gather input="speech"/></Response>`:                                                          {12200, "input"},
		`<Response><Gather input="dtmf speech"/></Response>`:                                                     {12200, "input"},
		`<Response><Gather timeout="auto"/></Response>`:                                                          {12200, "timeout"},
		`<Response><Gather numDigits="0"/></Response>`:                                                           {12200, "numDigits"},
		`<Response><Gather finishOnKey="##"/></Response>`:                                                        {12200, "finishOnKey"},
		`<Response><Gather finishOnKey="a"/></Response>`:                                                         {12200, "finishOnKey"},
		`<Response><Gather method="PUT"/></Response>`:                                                            {12200, "method"},
		`<Response><Gather actionOnEmptyResult="1"/></Response>`:                                                 {12200, "actionOnEmptyResult"},
		`<Response><Gather><Gather/></Gather></Response>`:                                                        {12200, "<Gather>"},
		`<Response><Gather>Hi</Gather></Response>`:                                                               {12200, "text"},
		`<Response><Gather><Say loop="100">Hi</Say></Gather></Response>`:                                         {12200, "<Gather>"},
		`<Response><secret123456/></Response>`:                                                                   {12200, "<?>"},
		`<Response>` + strings.Repeat(`<Pause/>`, 201) + `</Response>`:                                           {12200, "200 verbs"},
		`<Response>` + strings.Repeat(`<Say loop="900">a</Say>`, 3) + `</Response>`:                              {12200, "loops"},
		`<Response><Say>` + strings.Repeat(`<p>`, 20) + strings.Repeat(`</p>`, 20) + `</Say></Response>`:         {12200, "nested"},
		`<Response>` + strings.Repeat(" ", 64<<10) + `</Response>`:                                               {12200, "64 KiB"},
		`<Response><Say>` + strings.Repeat("1 ", 2049) + `</Say></Response>`:                                     {12200, "4096"},
		`<Response><Say><sub alias="` + strings.Repeat("a ", 25000) + `">a</sub></Say></Response>`:               {12200, "4096"},
		`<Response><Say>` + saidAs("digits", strings.Repeat("1", 50_000)) + `</Say></Response>`:                  {12200, "4096"},
		`<Response><Say>` + saidAs("spell-out", strings.Repeat("a", 4096)) + `</Say></Response>`:                 {12200, "4096"},
		`<Response><Say>` + saidAs("date", strings.Repeat("1", 4097)) + `</Say></Response>`:                      {12200, "4096"},
		`<Response><Say>` + strings.Repeat(saidAs("digits", strings.Repeat("1", 100)), 41) + `</Say></Response>`: {12200, "4096"},
	} {
		_, err := laml.Parse([]byte(doc))
		var e *laml.DocumentError
		shown := doc[:min(len(doc), 60)]
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", shown, err)
			continue
		}
		if e.Code != want.code || !strings.Contains(e.Detail, want.says) {
			t.Errorf("%s: got %d %s, want %d %s", shown, e.Code, e.Detail, want.code, want.says)
		}
		if strings.Contains(err.Error(), "123456") || strings.Contains(err.Error(), "5550199") {
			t.Errorf("%s: the error repeats the document: %v", shown, err)
		}
	}
}

func saidAs(kind, text string) string {
	return `<say-as interpret-as="` + kind + `">` + text + `</say-as>`
}

// FuzzParse: whatever comes, there is a document that can be said, or a
// document error; neither takes long nor is large.
func FuzzParse(f *testing.F) {
	for _, doc := range []string{
		`<Response><Say voice="man" language="de-DE" loop="2">Code 123456<break time="1s"/><say-as interpret-as="digits">1</say-as></Say></Response>`,
		`<Response><Gather input="dtmf" action="/a" method="GET" timeout="3" numDigits="4" finishOnKey="*" actionOnEmptyResult="true"><Play>a.wav</Play></Gather></Response>`,
		`<Response><Redirect method="POST">b</Redirect><Pause length="3"/><Hangup/></Response>`,
		`<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE a><Response xmlns:xsi="b" xsi:noNamespaceSchemaLocation="c"/>`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		begin := time.Now()
		doc, err := laml.Parse(text)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("took %s", took)
		}
		var e *laml.DocumentError
		if err != nil && !errors.As(err, &e) {
			t.Errorf("no document error: %v", err)
		}
		if err != nil {
			return
		}
		list, static, err := doc.Playlist()
		if err != nil && !errors.As(err, &e) {
			t.Errorf("no document error: %v", err)
		}
		if static {
			if err := list.Validate(); err != nil {
				t.Errorf("cannot be said: %v", err)
			}
		}
	})
}
