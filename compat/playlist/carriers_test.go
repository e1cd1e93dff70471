package playlist_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/playlist"
)

// The two carriers of the post on SIP routing, as printed, but for a line that
// the post has lost.
const (
	carrier1 = `{"name":"carrier 1","host":"sip.carrier1.com","protocol":"SIP","prefix":"8888","codecs":["mulaw","alaw"],"register":false}`
	carrier2 = `{"name":"carrier 2","host":"10.2.2.2","protocol":"SIP","codecs":["mulaw","alaw","g729","g723"],"register":true,"username":"client1","password":"password1"}`
)

var carrierID = regexp.MustCompile(`^[0-9a-f]{8}$`)

// add makes a carrier and returns its carrier_id.
func (b *bench) add(body string) string {
	b.Helper()
	text := b.want("POST", "/carriers", body, 200, `{"code":0,"status":200,"data":"accepted","request_id":"~","carrier_id":"~"}`)
	id := compattest.Field(b, text, "carrier_id")
	if !carrierID.MatchString(id) {
		b.Fatalf("the carrier_id is %q", id)
	}
	return id
}

func TestCarriers(t *testing.T) {
	b := newBench(t)
	b.want("GET", "/carriers", "", 200, strings.TrimSuffix(accepted, "}")+`,"carriers":[]}`)
	first, second := b.add(carrier1), b.add(carrier2)
	want := playlist.Trunk{ID: first, Name: "carrier 1", Host: "sip.carrier1.com", Prefix: "8888", Codecs: []string{"mulaw", "alaw"}}
	if diff := cmp.Diff(want, b.trunks.trunk(first)); diff != "" {
		t.Errorf("carrier 1: (-want +got)\n%s", diff)
	}
	want = playlist.Trunk{ID: second, Name: "carrier 2", Host: "10.2.2.2", Codecs: []string{"mulaw", "alaw"}, Register: true, Username: "client1", Password: "password1"}
	if diff := cmp.Diff(want, b.trunks.trunk(second)); diff != "" {
		t.Errorf("carrier 2: (-want +got)\n%s", diff)
	}
	one := `"carrier_id":"~","name":"carrier 1","host":"sip.carrier1.com","protocol":"SIP","prefix":"8888","codecs":["mulaw","alaw"],"register":false,"username":""}`
	two := `"carrier_id":"~","name":"carrier 2","host":"10.2.2.2","protocol":"SIP","prefix":"","codecs":["mulaw","alaw"],"register":true,"username":"client1"}`
	b.want("GET", "/carriers", "", 200, strings.TrimSuffix(accepted, "}")+`,"carriers":[{`+one+`,{`+two+`]}`)
	b.want("GET", "/carriers/"+second, "", 200, strings.TrimSuffix(accepted, "}")+`,`+two)
	b.want("DELETE", "/carriers/"+first, "", 200, accepted)
	nothing := `{"code":4,"status":404,"data":"not found"}`
	b.want("GET", "/carriers/"+first, "", 404, nothing)
	b.want("DELETE", "/carriers/"+first, "", 404, nothing)
	b.want("GET", "/status/carrier/"+first, "", 404, nothing)
	if b.trunks.trunk(first).ID != "" {
		t.Error("the trunk is still there")
	}
}

func TestCarrierStatus(t *testing.T) {
	b := newBench(t)
	first, second := b.add(carrier1), b.add(carrier2)
	status := func(id, registration, since string) {
		t.Helper()
		shown := `"~"`
		if id == "74445609" || id == "voice" {
			shown = `"` + id + `"`
		}
		b.want("GET", "/status/carrier/"+id, "", 200, strings.TrimSuffix(accepted, "}")+
			fmt.Sprintf(`,"carrier_id":%s,"registration":%q,"since":%s,"ready":true}`, shown, registration, since))
	}
	status(first, "not_required", "null")
	status(second, "unregistered", "null")
	b.trunks.set(second, "registering")
	status(second, "unregistered", `"~"`)
	b.trunks.set(second, "registered")
	status(second, "registered", `"~"`)
	b.trunks.set("voice", "failed") // one of the configuration, by its alias and name
	status("74445609", "unregistered", `"~"`)
	status("voice", "unregistered", `"~"`)
}

func TestCallsByCarriers(t *testing.T) {
	b := newBench(t)
	id := b.add(carrier1)
	request := b.accept("/voice/call/play", strings.Replace(spokenRequest, "74445609", id, 1))
	if c := <-b.trunks.calls; c.trunk != id || c.delivery.To.E164() != "+12125551212" {
		t.Errorf("the call went to %s by %s", c.delivery.To, c.trunk)
	}
	want := `"status":"failed","outcome":"busy","cause":"486 Busy Here","carrier_id":"` + id + `"`
	if text := b.ended(request); !strings.Contains(text, want) {
		t.Errorf("got %s", text)
	}
	b.accept("/voice/call/play", strings.Replace(spokenRequest, `"74445609"`, `"voice"`, 1)) // by its name
	b.Voice.Delivery(t)
	b.accept("/voice/call/play", strings.Replace(spokenRequest, `"74445609"`, `74445609`, 1)) // as a number
	b.Voice.Delivery(t)
	b.accept("/voice/call/play", `{"to":"12125551212","playlist":[{"play":"Hello","type":"tts"}]}`) // routing
	b.Voice.Delivery(t)
	b.want("DELETE", "/carriers/"+id, "", 200, accepted)
	if got := b.faults("/voice/call/play", strings.Replace(spokenRequest, "74445609", id, 1)); !slices.Equal(got, []string{"carrier_id"}) {
		t.Errorf("a call by a deleted carrier: %v", got)
	}
}

// TestCarriersBehindTheWall: trunks are the operator's to make; a key of one
// service calls by them and learns no more.
func TestCarriersBehindTheWall(t *testing.T) {
	b := newBench(t)
	other := b.as("loose", "admin", "send")
	id := b.add(carrier2)
	refused := `{"code":3,"status":403,"data":"carriers are the operator's to add and to remove: it takes an admin key that is not bound to a service"}`
	other.want("POST", "/carriers", carrier1, 403, refused)
	nothing := `{"code":4,"status":404,"data":"not found"}`
	other.want("GET", "/carriers", "", 200, strings.TrimSuffix(accepted, "}")+`,"carriers":[]}`)
	other.want("GET", "/carriers/"+id, "", 404, nothing)
	other.want("DELETE", "/carriers/"+id, "", 403, refused)
	other.accept("/voice/call/play", strings.Replace(spokenRequest, "74445609", id, 1)) // as by one of the configuration
	if c := <-b.trunks.calls; c.trunk != id {
		t.Errorf("the call went by %s", c.trunk)
	}
	b.want("GET", "/carriers/"+id, "", 200, strings.TrimSuffix(accepted, "}")+
		`,"carrier_id":"~","name":"carrier 2","host":"10.2.2.2","protocol":"SIP","prefix":"","codecs":["mulaw","alaw"],"register":true,"username":"client1"}`)
}

func TestRestore(t *testing.T) {
	b := newBench(t)
	first, second := b.add(carrier1), b.add(carrier2)
	before := b.trunks.trunk(second)
	if err := b.api.Restore(t.Context()); err == nil { // all are there: the fake refuses them
		t.Error("what a trunk says goes unheard")
	}
	for _, id := range []string{first, second} { // as after a restart
		if err := b.trunks.Remove(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.api.Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, b.trunks.trunk(second)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
	b.accept("/voice/call/play", strings.Replace(spokenRequest, "74445609", first, 1))
	if c := <-b.trunks.calls; c.trunk != first {
		t.Errorf("the call went by %s", c.trunk)
	}
}

func TestTrunkThatCannotBeAdded(t *testing.T) {
	b := newBench(t)
	b.trunks.fail = errors.New("no port left")
	b.want("POST", "/carriers", carrier1, 500, `{"code":99,"status":500,"data":"something went wrong here"}`)
	b.trunks.fail = nil
	b.want("GET", "/carriers", "", 200, strings.TrimSuffix(accepted, "}")+`,"carriers":[]}`)
}

func TestCarriersThatAreRefused(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", ``, []string{"name", "host"}},
		{"name with a line end", `{"name":"a\nb","host":"sip.example"}`, []string{"name"}},
		{"host with a path", `{"name":"a","host":"sip.example/x"}`, []string{"host"}},
		{"host with a user", `{"name":"a","host":"x@sip.example"}`, []string{"host"}},
		{"host with a scheme", `{"name":"a","host":"sip:sip.example"}`, []string{"host"}},
		{"host with a parameter", `{"name":"a","host":"sip.example;lr"}`, []string{"host"}},
		{"host with a line end", `{"name":"a","host":"sip.example\r\nX: y"}`, []string{"host"}},
		{"no such port", `{"name":"a","host":"sip.example:70000"}`, []string{"host"}},
		{"protocol", `{"name":"a","host":"sip.example","protocol":"IAX2"}`, []string{"protocol"}},
		{"prefix", `{"name":"a","host":"sip.example","prefix":"88@x"}`, []string{"prefix"}},
		{"long prefix", `{"name":"a","host":"sip.example","prefix":"12345678901234567"}`, []string{"prefix"}},
		{"G.729 alone", `{"name":"a","host":"sip.example","codecs":["g729","g723"]}`, []string{"codecs"}},
		{"unknown codec", `{"name":"a","host":"sip.example","codecs":["mulaw","opus"]}`, []string{"codecs"}},
		{"register", `{"name":"a","host":"sip.example","register":"perhaps"}`, []string{"register"}},
		{"no username", `{"name":"a","host":"sip.example","register":true}`, []string{"username"}},
		{"username with a quote", `{"name":"a","host":"sip.example","username":"a\"b"}`, []string{"username"}},
		{"username with a line end", `{"name":"a","host":"sip.example","username":"a\r\nb"}`, []string{"username"}},
		{"password with a line end", `{"name":"a","host":"sip.example","username":"a","password":"a\nb"}`, []string{"password"}},
		{"object for a name", `{"name":{},"host":"sip.example"}`, []string{"name", "name"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := b.faults("/carriers", tt.body); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	id := b.add(`{"name":"by form of the codecs","host":"SIP.Example:5080","codecs":["PCMA","ulaw","alaw","g723"]}`)
	if got := b.trunks.trunk(id); got.Host != "sip.example:5080" || !slices.Equal(got.Codecs, []string{"alaw", "mulaw"}) {
		t.Errorf("got %+v", got)
	}
	id = b.add(`name=by+form&host=%5B2001:db8::1%5D:5062&codecs=alaw,g729&register=true&username=u`)
	if got := b.trunks.trunk(id); got.Host != "[2001:db8::1]:5062" || !slices.Equal(got.Codecs, []string{"alaw"}) || !got.Register {
		t.Errorf("got %+v", got)
	}
}

func TestPasswordIsNotAnswered(t *testing.T) {
	b := newBench(t)
	id := b.add(carrier2)
	for _, path := range []string{"/carriers", "/carriers/" + id, "/status/carrier/" + id} {
		if _, text := b.call("GET", path, ""); strings.Contains(text, "password") {
			t.Errorf("%s answers the password: %s", path, text)
		}
	}
}

func TestTooManyCarriers(t *testing.T) {
	b := newBench(t)
	for range 100 {
		b.add(carrier1)
	}
	b.want("POST", "/carriers", carrier1, 409, `{"code":6,"status":409,"data":"there are as many carriers as are allowed; delete one first"}`)
}
