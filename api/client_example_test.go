package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/pinbell/pinbell/api"
)

// exampleServer answers as a Pinbell server does whose code is 123456.
func exampleServer() *httptest.Server {
	const v = `{"id":"vf_1","status":"%s","channel":"voice","checks_left":5,"attempts":[]}`
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch path := r.URL.Path; {
		case strings.HasSuffix(path, "/check"), path == "/v1/checks":
			if strings.Contains(string(body), "123456") {
				_, _ = io.WriteString(w, `{"id":"vf_1","status":"approved","valid":true,"checks_left":4}`)
				return
			}
			_, _ = io.WriteString(w, `{"id":"vf_1","status":"pending","valid":false,"checks_left":4}`)
		case strings.HasSuffix(path, "/events"):
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "id: 1\nevent: attempt.ringing\ndata: {\"seq\":1,\"type\":\"attempt.ringing\",\"detail\":\"180 Ringing\"}\n\nevent: end\ndata: {}\n\n")
		case strings.HasSuffix(path, "/cancel"):
			_, _ = fmt.Fprintf(w, v, "canceled")
		case path == "/v1/verifications" && r.Method == http.MethodGet:
			_, _ = fmt.Fprintf(w, `{"data":[`+v+`],"next":""}`, "approved")
		case path == "/v1/calls":
			_, _ = io.WriteString(w, `{"id":"ca_1","status":"queued"}`)
		case strings.Contains(string(body), "keypad"):
			_, _ = io.WriteString(w, `{"id":"vf_2","status":"pending","attempts":[],"code":"123456"}`)
		case path == "/v1/verifications/vf_2":
			_, _ = fmt.Fprintf(w, v, "approved")
		case strings.Contains(string(body), "+1555"), path == "/v1/verifications/vf_1", strings.HasSuffix(path, "/resend"):
			_, _ = fmt.Fprintf(w, v, "pending")
		case path == "/v1/recordings":
			_, _ = io.WriteString(w, `{"id":"re_1","name":"welcome","format":"wav","duration":"3.2s","bytes":51244,"service":"default"}`)
		case path == "/v1/keys":
			_, _ = io.WriteString(w, `{"id":"ak_1","name":"shop","scopes":["verify"],"key":"pb_…"}`)
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"status":400,"code":"invalid_number","detail":"to is too short for a number in US"}`)
		}
	}))
}

func exampleClient(url string) *api.Client {
	c, err := api.New(api.Config{BaseURL: url, Key: "pb_example"})
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func ExampleClient_Start() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	v, err := c.Start(context.Background(), api.StartRequest{
		To: "+15551234567",
		Workflow: []api.Step{ // a call, when the message was not enough for 30 s
			{Channel: "sms", Wait: api.Duration(30 * time.Second)},
			{Channel: "voice"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.ID, v.Status)
	// Output: vf_1 pending
}

// The person who is called keys the code that a page shows.
func ExampleClient_Start_keypad() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	v, err := c.Start(context.Background(), api.StartRequest{To: "+15551234567", Channel: "voice", Voice: &api.Voice{Confirm: "keypad"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("key", v.Code, "on the phone that rings")
	for v.Status == api.StatusPending {
		if v, err = c.Wait(context.Background(), v.ID, 25*time.Second); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(v.Status)
	// Output:
	// key 123456 on the phone that rings
	// approved
}

func ExampleClient_Start_problem() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	_, err := c.Start(context.Background(), api.StartRequest{To: "+1"})
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Code == api.CodeInvalidNumber {
		fmt.Println("ask the person again:", problem.Detail)
	}
	// Output: ask the person again: to is too short for a number in US
}

func ExampleClient_Check() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	for _, typed := range []string{"111111", "123456"} {
		result, err := c.Check(context.Background(), "vf_1", api.CheckRequest{Code: typed})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.Valid, result.Status, result.ChecksLeft)
	}
	// Output:
	// false pending 4
	// true approved 4
}

func ExampleClient_CheckNumber() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	result, err := c.CheckNumber(context.Background(), api.NumberCheckRequest{To: "+15551234567", Code: "123456"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Valid)
	// Output: true
}

func ExampleClient_Wait() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	v, err := c.Wait(context.Background(), "vf_1", 25*time.Second)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Status)
	// Output: pending
}

func ExampleClient_Watch() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	for e, err := range c.Watch(context.Background(), "vf_1") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Type, e.Detail)
	}
	// Output: attempt.ringing 180 Ringing
}

func ExampleClient_Resend() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	v, err := c.Resend(context.Background(), "vf_1", api.ResendRequest{Channel: "voice"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Channel)
	// Output: voice
}

func ExampleClient_Cancel() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	v, err := c.Cancel(context.Background(), "vf_1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(v.Status)
	// Output: canceled
}

func ExampleClient_List() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	o := api.ListOptions{Status: api.StatusApproved}
	for {
		page, err := c.List(context.Background(), o)
		if err != nil {
			log.Fatal(err)
		}
		for _, v := range page.Data {
			fmt.Println(v.ID)
		}
		if o.Cursor = page.Next; o.Cursor == "" {
			break
		}
	}
	// Output: vf_1
}

func ExampleClient_Upload() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	sound := []byte("RIFF…") // as os.ReadFile("welcome.wav") returns it
	rec, err := c.Upload(context.Background(), api.UploadRequest{Sound: sound, Name: "welcome"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rec.ID, rec.Format, time.Duration(rec.Duration))

	call, err := c.Call(context.Background(), api.CallRequest{
		To:       "+15551234567",
		Playlist: []api.PlaylistItem{{Pause: api.Duration(time.Second)}, {Play: rec.Play()}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(call.ID, call.Status)
	// Output:
	// re_1 wav 3.2s
	// ca_1 queued
}

func ExampleClient_CreateKey() {
	server := exampleServer()
	defer server.Close()
	c := exampleClient(server.URL)

	k, err := c.CreateKey(context.Background(), api.KeyRequest{Name: "shop", Scopes: []string{"verify"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(k.ID, k.Scopes)
	// Output: ak_1 [verify]
}
