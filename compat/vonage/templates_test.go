package vonage_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat/compattest"
)

const templates = "/v2/verify/templates"

func templateJSON(name string, isDefault bool) string {
	return fmt.Sprintf(`{"template_id":"~","name":%q,"is_default":%t,"_links":{"fragments":{"href":"~/v2/verify/templates/~/template_fragments"},"self":{"href":"~/v2/verify/templates/~"}}}`, name, isDefault)
}

func fragmentJSON(channel, locale, text string) string {
	return fmt.Sprintf(`{"template_fragment_id":"~","channel":%q,"locale":%q,"text":%q,"date_updated":"~","date_created":"~","_links":{"self":{"href":"~/v2/verify/templates/~/template_fragments/~"},"template":{"href":"~/v2/verify/templates/~"}}}`, channel, locale, text)
}

func problemJSON(title, kind, detail string) string {
	return fmt.Sprintf(`{"title":%q,"type":%q,"detail":%q,"instance":"~"}`, title, own+kind, detail)
}

func (b *bench) template(name string, isDefault bool) string {
	b.Helper()
	return compattest.Field(b, b.want("POST", templates, `{"name":"`+name+`"}`, 201, templateJSON(name, isDefault)), "template_id")
}

func (b *bench) fragment(template, channel, locale, text string) string {
	b.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "locale": locale, "text": text})
	answer := b.want("POST", templates+"/"+template+"/template_fragments", string(body), 201, fragmentJSON(channel, strings.ToLower(locale), text))
	return compattest.Field(b, answer, "template_fragment_id")
}

func TestTemplates(t *testing.T) {
	b := newBench(t)
	b.want("GET", templates, "", 200, `{"page_size":10,"page":1,"total_pages":0,"total_items":0,"_embedded":{"templates":[]},"_links":{"first":{"href":"~/v2/verify/templates?page=1"},"last":{"href":"~/v2/verify/templates?page=1"},"self":{"href":"~/v2/verify/templates?page=1"}}}`)
	first := b.template("my-template", true)
	second := b.template("other", false)
	b.want("POST", templates, `{"name":"other"}`, 409, problemJSON("Conflict", "#template-exists", "A template with this name already exists"))
	b.want("PATCH", templates+"/"+second, `{"name":"my-template"}`, 409, problemJSON("Conflict", "#template-exists", "A template with this name already exists"))
	b.want("PATCH", templates+"/"+second, `{"name":"renamed","is_default":true}`, 200, templateJSON("renamed", true))
	b.want("GET", templates+"/"+first, "", 200, templateJSON("my-template", false))
	b.want("PATCH", templates+"/"+first, `{"is_default":false}`, 200, templateJSON("my-template", false))
	b.want("GET", templates, "", 200, `{"page_size":10,"page":1,"total_pages":1,"total_items":2,"_embedded":{"templates":[`+
		templateJSON("my-template", false)+`,`+templateJSON("renamed", true)+`]},"_links":{"first":{"href":"~/v2/verify/templates?page=1"},"last":{"href":"~/v2/verify/templates?page=1"},"self":{"href":"~/v2/verify/templates?page=1"}}}`)
	b.want("PATCH", templates+"/"+second, `{"is_default":false}`, 200, templateJSON("renamed", false))
	b.want("PATCH", templates+"/"+second, `{"is_default":true}`, 200, templateJSON("renamed", true))
	b.want("DELETE", templates+"/"+second, "", 204, "")
	nothing := problemJSON("Not Found", "#template-not-found", "Template was not found.")
	b.want("GET", templates+"/"+second, "", 404, nothing)
	b.want("DELETE", templates+"/"+second, "", 404, nothing)
	b.want("PATCH", templates+"/"+second, `{}`, 404, nothing)
	for _, name := range []string{"", "a b", "a\\nb", strings.Repeat("a", 65), "ä"} {
		if status, text := b.call("POST", templates, `{"name":"`+name+`"}`); status != 422 || !slices.Equal(parameters(t, text), []string{"name"}) {
			t.Errorf("%q: got %d %s", name, status, text)
		}
	}
}

func TestPages(t *testing.T) {
	b := newBench(t)
	for i := range 5 {
		b.template(fmt.Sprint("t", i), i == 0)
	}
	type list struct {
		Pages, Items int
		Embedded     struct {
			Templates []struct{ Name string }
		} `json:"_embedded"`
		Links map[string]struct{ Href string } `json:"_links"`
	}
	var names []string
	for next := templates + "?page=1&page_size=2"; next != ""; {
		status, text := b.call("GET", next, "")
		var page list
		if err := json.Unmarshal([]byte(text), &page); err != nil || status != 200 {
			t.Fatalf("got %d %s", status, text)
		}
		for _, template := range page.Embedded.Templates {
			names = append(names, template.Name)
		}
		next = strings.TrimPrefix(page.Links["next"].Href, b.URL)
	}
	if want := []string{"t0", "t1", "t2", "t3", "t4"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	b.want("GET", templates+"?page=9223372036854775807", "", 200, `{"page_size":10,"page":9223372036854775807,"total_pages":1,"total_items":5,"_embedded":{"templates":[]},"_links":{"first":{"href":"~/v2/verify/templates?page=1"},"last":{"href":"~/v2/verify/templates?page=1"},"prev":{"href":"~/v2/verify/templates?page=1"},"self":{"href":"~/v2/verify/templates?page=9223372036854775807"}}}`)
	for query, name := range map[string]string{"page=0": "page", "page=x": "page", "page_size=101": "page_size", "page_size=-1": "page_size"} {
		if status, text := b.call("GET", templates+"?"+query, ""); status != 422 || !slices.Equal(parameters(t, text), []string{name}) {
			t.Errorf("%s: got %d %s", query, status, text)
		}
	}
}

func TestFragments(t *testing.T) {
	b := newBench(t)
	id := b.template("my-template", true)
	path := templates + "/" + id + "/template_fragments"
	sms := b.fragment(id, "sms", "en-US", "${code} is what ${brand} asks for.")
	b.fragment(id, "voice", "en-us", "This is ${brand}. Your code is ${code}.")
	b.want("POST", path, `{"channel":"sms","locale":"en-us","text":"${code}"}`, 409,
		problemJSON("Conflict", "#fragment-exists", "A template fragment for this channel and locale already exists"))
	b.want("PATCH", path+"/"+sms, `{"text":"${brand}: ${code}"}`, 200, fragmentJSON("sms", "en-us", "${brand}: ${code}"))
	b.want("GET", path+"/"+sms, "", 200, fragmentJSON("sms", "en-us", "${brand}: ${code}"))
	list := templates + `/~/template_fragments?page=1"}`
	b.want("GET", path, "", 200, `{"page_size":10,"page":1,"total_pages":1,"total_items":2,"_embedded":{"template_fragments":[`+
		fragmentJSON("sms", "en-us", "${brand}: ${code}")+`,`+fragmentJSON("voice", "en-us", "This is ${brand}. Your code is ${code}.")+
		`]},"_links":{"first":{"href":"~`+list+`,"last":{"href":"~`+list+`,"self":{"href":"~`+list+`}}`)
	b.want("DELETE", templates+"/"+id, "", 409, problemJSON("Conflict", "#not-empty-template", "The template is not empty and cannot be deleted. Please delete its fragments first"))
	nothing := problemJSON("Not Found", "#template-fragment-not-found", "Template Fragment was not found.")
	b.want("GET", templates+"/"+b.template("other", false)+"/template_fragments/"+sms, "", 404, nothing)
	b.want("DELETE", path+"/"+sms, "", 204, "")
	b.want("DELETE", path+"/"+sms, "", 404, nothing)
	b.want("PATCH", path+"/"+sms, `{"text":"${code}"}`, 404, nothing)
}

func TestTextsThatAreRefused(t *testing.T) {
	b := newBench(t)
	path := templates + "/" + b.template("my-template", true) + "/template_fragments"
	for _, text := range []string{"", "no code", "{code}", "${code} ${code}", "${code} ${name}", "${code} {brand}", "${code} }", "$ {code}",
		"${code}\r", "${code}\u0000", "${code}" + strings.Repeat("a", pinbell.MaxTemplateLength)} {
		body, _ := json.Marshal(map[string]string{"channel": "sms", "locale": "en-us", "text": text})
		if status, answer := b.call("POST", path, string(body)); status != 422 || !slices.Equal(parameters(t, answer), []string{"text"}) {
			t.Errorf("%q: got %d %s", text, status, answer)
		}
	}
	if status, text := b.call("POST", path, `{"channel":"email","locale":"english","text":"x"}`); status != 422 || !slices.Equal(parameters(t, text), []string{"channel", "locale", "text"}) {
		t.Errorf("got %d %s", status, text)
	}
}

func TestWordsOfTemplates(t *testing.T) {
	b := newBench(t)
	usual := b.template("usual", true)
	b.fragment(usual, "sms", "en-us", "${code} by default")
	named := b.template("named", false)
	b.fragment(named, "sms", "en-us", "${brand}: ${code}. It is valid for ${time-limit} ${time-limit-unit}.")
	b.fragment(named, "sms", "de-de", "${brand}: ${code}, ${time-limit} ${time-limit-unit}")
	b.fragment(named, "voice", "en-us", "This is ${brand}. Your code is ${code}.")
	const sms, both = `{"channel":"sms","to":"447700900000"}`, `{"channel":"sms","to":"447700900000"},{"channel":"voice","to":"447700900000"}`
	for _, tt := range []struct{ name, fields, workflow, want string }{
		{"default", ``, sms, "123456 by default"},
		{"default has no such locale", `"locale":"fr-fr",`, sms, "ACME : votre code est 123456. Ne le donnez à personne."},
		{"named", `"template_id":"` + named + `",`, sms, "ACME: 123456. It is valid for 5 minutes."},
		{"one minute", `"template_id":"` + named + `","channel_timeout":60,`, sms, "ACME: 123456. It is valid for 1 minute."},
		{"locale in another case", `"template_id":"` + named + `","locale":"DE_de",`, both, "ACME: 123456, 6 Minuten"},
		{"named has no such locale", `"template_id":"` + named + `","locale":"es-es",`, sms, "ACME: su código es 123456. No lo comparta."},
		{"app_hash", `"template_id":"` + named + `",`, `{"channel":"sms","to":"447700900000","app_hash":"FA+9qCX9VSu"}`, "ACME: 123456. It is valid for 5 minutes.\nFA+9qCX9VSu"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := b.start(`{"brand":"ACME","code":"123456",` + tt.fields + `"workflow":[` + tt.workflow + `]}`)
			if got := b.SMS.Delivery(t).Text.Reveal(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			b.want("DELETE", "/v2/verify/"+id, "", 204, "")
		})
	}
	id := b.start(`{"brand":"ACME","template_id":"` + named + `","workflow":[{"channel":"voice","to":"447700900000"}]}`)
	d := b.Voice.Delivery(t)
	if said := d.Playlist[1].Text.Reveal(); said != "This is ACME. Your code is" {
		t.Errorf("the call says %q before the code", said)
	}
	b.want("POST", "/v2/verify/"+id, `{"code":"`+compattest.Code(d)+`"}`, 200, `{"request_id":"~","status":"completed"}`)
}

func TestTemplatesBehindTheWall(t *testing.T) {
	b := newBench(t)
	mine, other := b.as("default", "verify", "admin", "read"), b.as("loose", "verify", "admin", "read")
	id := mine.template("mine", true)
	fragment := mine.fragment(id, "sms", "en-us", "${code} of mine")
	nothing := problemJSON("Not Found", "#template-not-found", "Template was not found.")
	path := templates + "/" + id
	for _, path := range []string{path, path + "/template_fragments", path + "/template_fragments/" + fragment} {
		other.want("GET", path, "", 404, nothing)
	}
	other.want("PATCH", path, `{"is_default":true}`, 404, nothing)
	other.want("DELETE", path, "", 404, nothing)
	other.want("POST", path+"/template_fragments", `{"channel":"sms","locale":"de-de","text":"${code}"}`, 404, nothing)
	other.want("PATCH", path+"/template_fragments/"+fragment, `{"text":"${code}"}`, 404, nothing)
	other.want("DELETE", path+"/template_fragments/"+fragment, "", 404, nothing)
	if status, text := other.call("POST", "/v2/verify", `{"brand":"ACME","template_id":"`+id+`","workflow":[{"channel":"sms","to":"447700900000"}]}`); status != 422 || !slices.Equal(parameters(t, text), []string{"template_id"}) {
		t.Errorf("got %d %s", status, text)
	}
	other.start(bySMS)
	if text := b.SMS.Delivery(t).Text.Reveal(); strings.Contains(text, "of mine") {
		t.Errorf("another service's default is used: %q", text)
	}
	other.template("mine", true) // a name of its own
	mine.start(bySMS)
	if text := b.SMS.Delivery(t).Text.Reveal(); !strings.HasSuffix(text, " of mine") {
		t.Errorf("its own default is not used: %q", text)
	}
}
