package laml_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/pinbell/pinbell/compat/compattest"
)

func TestList(t *testing.T) {
	b := newBench(t)
	var sids []string
	for i := range 5 {
		to := callee
		if i == 2 {
			to = "+12025550102"
		}
		_, made := b.message("To", to)
		sids = append([]string{made["sid"].(string)}, sids...)
		b.until(sids[0], "sent")
	}
	_, made := b.call("Twiml", say123456)
	b.until(made["sid"].(string), "completed")
	path, pages := base+"/Messages.json?PageSize=2", 0
	var got []string
	for path != "" {
		status, body := b.do("GET", path, nil)
		compattest.Equal(t, "status", status, 200)
		compattest.Equal(t, "page", body["page"].(float64), float64(pages))
		compattest.Equal(t, "page_size", body["page_size"].(float64), 2)
		compattest.Equal(t, "start", body["start"].(float64), float64(2*pages))
		compattest.Equal(t, "first_page_uri", body["first_page_uri"].(string), base+"/Messages.json?Page=0&PageSize=2")
		compattest.Equal(t, "uri", body["uri"].(string)[:len(base)], base)
		for _, m := range body["messages"].([]any) {
			got = append(got, m.(map[string]any)["sid"].(string))
		}
		pages++
		path, _ = body["next_page_uri"].(string)
	}
	compattest.Equal(t, "pages", pages, 3)
	compattest.Equal(t, "messages", len(got), 5)
	for i := range got {
		compattest.Equal(t, "order", got[i], sids[i])
	}
	day, tomorrow := time.Now().UTC().Format(time.DateOnly), time.Now().UTC().Add(24*time.Hour).Format(time.DateOnly)
	for query, want := range map[string]int{
		"To=%2B12025550102": 1, "From=%2B12025550100": 5, "From=%2B12025550199": 0, "DateSent=" + day: 5, "DateSent%3E=" + day: 5,
		"DateSent%3E=" + tomorrow: 0, "DateSent%3C=" + tomorrow: 5, "DateSent%3C=2020-01-01T00:00:00Z": 0,
	} {
		_, body := b.do("GET", base+"/Messages.json?"+query, nil)
		compattest.Equal(t, query, len(body["messages"].([]any)), want)
	}
	_, body := b.do("GET", base+"/Calls.json?Status="+url.QueryEscape("no-answer"), nil)
	compattest.Equal(t, "calls", len(body["calls"].([]any)), 0)
	_, body = b.do("GET", "/api/laml"+base+"/Calls", nil)
	compattest.Equal(t, "calls", len(body["calls"].([]any)), 1)
	for query, want := range map[string]int{"EndTime=" + day: 1, "EndTime%3E=" + tomorrow: 0, "EndTime%3C=" + day: 1, "EndTime%3C=2020-01-01": 0, "ParentCallSid=CA1": 0} {
		_, body := b.do("GET", base+"/Calls.json?"+query, nil)
		compattest.Equal(t, query, len(body["calls"].([]any)), want)
	}
	for _, query := range []string{"EndTime=x", "PageSize=x", "Page=1", "PageToken=1", "To=abc", "DateSent=yesterday"} {
		status, body := b.do("GET", base+"/Messages.json?"+query, nil)
		compattest.Equal(t, query, status, 400)
		if body["code"].(float64) < 20000 {
			t.Errorf("%s: %v", query, body)
		}
	}
}
