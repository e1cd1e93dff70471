package storetest

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/pinbell/pinbell"
)

// orderEverything is a call with every field set that an order can have.
func orderEverything(s *suite) {
	o := Order(pinbell.Voice, pinbell.RestoreNumber("+818054695209", "JP", pinbell.LineMobile), s.now)
	code, err := pinbell.ParseCode("0123456789")
	s.must(err)
	o.Address, o.Status, o.Carrier, o.Outcome, o.Cause, o.Digits = "sip:user@host:5060", pinbell.CallInProgress, "trunk-1", pinbell.Submitted, "200 OK", "42#"
	o.References, o.Parts = []string{"a", "b"}, []pinbell.Outcome{pinbell.Delivered, ""}
	o.StartedAt, o.AnsweredAt, o.EndedAt, o.Fence = s.now.Add(time.Second), s.now.Add(2*time.Second), s.now.Add(3*time.Second), 7
	o.OrderWishes = pinbell.OrderWishes{
		Playlist: pinbell.Playlist{
			{Kind: pinbell.ItemPhrase, Phrase: pinbell.PhraseGreeting, Locale: "ja-JP", Gender: "female"},
			{Kind: pinbell.ItemSay, Text: pinbell.NewText("Größe <b>&\n")}, {Kind: pinbell.ItemDigits, Digits: code},
			{Kind: pinbell.ItemPlay, URL: "https://cdn.example/a.wav"}, {Kind: pinbell.ItemPause, Pause: 1500 * time.Millisecond},
			{Kind: pinbell.ItemGather, Gather: pinbell.Gather{Max: 4, Timeout: 7 * time.Second, Finish: "#", Expect: "12", BargeIn: true, Go: true}},
		},
		Text: pinbell.NewText("\u2028 text"), Locale: "ja-JP", From: "Acme", Via: "trunk-2", Flash: true, DueAt: s.now.Add(time.Hour),
		Validity: 2*time.Hour + time.Millisecond, RingTime: 20 * time.Second, Machine: pinbell.MachineSpeak, Segments: 3, Encoding: "ucs2", Reference: "order-42", Metadata: map[string]string{"a": "1", "": "é\"\n"},
		Origin: pinbell.Origin{API: "twilio", ID: "CA0123", Fields: map[string]string{"StatusCallback": "https://example.com/?a=b&c=%20"}},
	}
	for _, part := range []any{o, o.OrderWishes, o.Origin, o.Playlist[5].Gather} {
		s.wantFull(part)
	}
	placed, err := s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{o}})
	s.must(err)
	s.same(placed, []pinbell.Order{o})
	s.same(s.order(o.ID), o)
	if got := s.order(o.ID).Playlist[2].Digits; !got.Matches(code) {
		s.Fatal("the code is another one")
	}
	list, err := s.Orders(s.ctx, pinbell.OrderFilter{})
	s.must(err)
	s.same(list, placed)
}

// wantFull sees to it that a new field is not forgotten here.
func (s *suite) wantFull(part any) {
	s.Helper()
	v := reflect.ValueOf(part)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			s.Fatalf("%s.%s is empty", v.Type(), v.Type().Field(i).Name)
		}
	}
}

func place(s *suite) {
	due, later := Order(pinbell.SMS, s.number(), s.now), Order(pinbell.Voice, s.number(), s.now)
	later.DueAt = s.now.Add(time.Hour)
	undated := Order(pinbell.SMS, s.number(), s.now)
	undated.DueAt = time.Time{}
	none, err := s.Place(s.ctx, pinbell.Place{})
	if err != nil || len(none) != 0 {
		s.Fatalf("placing nothing: %v, %v", none, err)
	}
	got, err := s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{due, later, undated}, Claim: s.claim()})
	s.must(err)
	undated.DueAt = s.now
	s.same(got, []pinbell.Order{due.Claimed(), later, undated.Claimed()})
	for _, o := range got {
		s.same(s.order(o.ID), o)
	}
	s.wantClaimed(0)
	fresh := Order(pinbell.SMS, s.number(), s.now)
	_, err = s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{fresh, due}})
	s.wantErr(err, pinbell.ErrConflict)
	_, err = s.Order(s.ctx, fresh.ID)
	s.wantErr(err, pinbell.ErrNotFound)
	_, err = s.UpdateOrder(s.ctx, fresh.ID, s.now, func(o pinbell.Order) (pinbell.Order, error) { return o, nil })
	s.wantErr(err, pinbell.ErrNotFound)
}

func onceOrders(s *suite) {
	once := func(body string) *pinbell.Once {
		return &pinbell.Once{Owner: "ak_1", Key: "key", Request: sha256.Sum256([]byte(body)), AnswerOrders: func(os []pinbell.Order) []byte {
			ids := make([]string, len(os))
			for i, o := range os {
				ids[i] = string(o.ID) + " " + string(o.Status)
			}
			return []byte(strings.Join(ids, ", "))
		}}
	}
	placed := make([][]pinbell.Order, 50)
	errs := together(len(placed), func(i int) (err error) {
		to := pinbell.RestoreNumber("+15551000000", "US", pinbell.LineMobile)
		placed[i], err = s.Place(s.ctx, pinbell.Place{
			Orders: []pinbell.Order{Order(pinbell.SMS, to, s.now), Order(pinbell.SMS, to, s.now)}, Claim: s.claim(), Once: once("body"),
		})
		return err
	})
	answer := ""
	for i, err := range errs {
		if err == nil {
			if answer != "" {
				s.Fatal("placed twice")
			}
			answer = fmt.Sprintf("%s claimed, %s claimed", placed[i][0].ID, placed[i][1].ID)
		}
	}
	for _, err := range errs {
		if err != nil {
			s.wantReplay(err, answer)
		}
	}
	list, err := s.Orders(s.ctx, pinbell.OrderFilter{})
	s.must(err)
	if len(list) != 2 {
		s.Fatalf("%d orders", len(list))
	}
	_, err = s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{Order(pinbell.SMS, s.number(), s.now)}, Once: once("other body")})
	s.wantErr(err, pinbell.ErrConflict)
	taken := once("body")
	taken.Key = "refused"
	_, err = s.Place(s.ctx, pinbell.Place{Orders: list[:1], Once: taken})
	s.wantErr(err, pinbell.ErrConflict)
	_, err = s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{Order(pinbell.SMS, s.number(), s.now)}, Once: taken})
	s.must(err)
}

func listOrders(s *suite) {
	put := func(ch pinbell.Channel, service string, at time.Duration, origin pinbell.Origin) pinbell.Order {
		o := Order(ch, s.number(), s.now.Add(at))
		o.Service, o.Origin = service, origin
		_, err := s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{o}})
		s.must(err)
		return o
	}
	a := put(pinbell.SMS, "one", 0, pinbell.Origin{API: "twilio", ID: "SM1"})
	b := put(pinbell.Voice, "two", time.Second, pinbell.Origin{API: "messagebird", ID: "SM1"})
	c := put(pinbell.SMS, "one", 2*time.Second, pinbell.Origin{API: "twilio", ID: "SM2"})
	d := put(pinbell.Voice, "one", 3*time.Second, pinbell.Origin{})
	for name, tt := range map[string]struct {
		filter pinbell.OrderFilter
		want   []pinbell.Order
	}{
		"all":            {pinbell.OrderFilter{}, []pinbell.Order{d, c, b, a}},
		"service":        {pinbell.OrderFilter{Service: "one"}, []pinbell.Order{d, c, a}},
		"channel":        {pinbell.OrderFilter{Channel: pinbell.Voice}, []pinbell.Order{d, b}},
		"number":         {pinbell.OrderFilter{To: c.To}, []pinbell.Order{c}},
		"unknown number": {pinbell.OrderFilter{To: s.number()}, nil},
		"api":            {pinbell.OrderFilter{Origin: pinbell.Origin{API: "twilio"}}, []pinbell.Order{c, a}},
		"origin":         {pinbell.OrderFilter{Origin: pinbell.Origin{API: "twilio", ID: "SM1"}}, []pinbell.Order{a}},
		"from":           {pinbell.OrderFilter{From: b.CreatedAt}, []pinbell.Order{d, c, b}},
		"until":          {pinbell.OrderFilter{Until: b.CreatedAt}, []pinbell.Order{a}},
		"in the future":  {pinbell.OrderFilter{From: s.now.Add(time.Hour)}, nil},
		"before a call":  {pinbell.OrderFilter{Before: b.ID}, []pinbell.Order{a}},
		"before an SMS":  {pinbell.OrderFilter{Before: c.ID}, []pinbell.Order{b, a}},
		"limit":          {pinbell.OrderFilter{Limit: 2}, []pinbell.Order{d, c}},
		"together": {pinbell.OrderFilter{
			Service: "one", Channel: pinbell.SMS, To: a.To, Origin: pinbell.Origin{API: "twilio", ID: "SM1"}, From: a.CreatedAt, Until: b.CreatedAt, Before: d.ID,
		}, []pinbell.Order{a}},
	} {
		got, err := s.Orders(s.ctx, tt.filter)
		if err != nil {
			s.Fatalf("%s: %v", name, err)
		}
		s.Log(name)
		s.same(got, tt.want)
	}
}

func claimOrders(s *suite) {
	second, first := Order(pinbell.SMS, s.number(), s.now), Order(pinbell.Voice, s.number(), s.now)
	second.DueAt, first.DueAt = s.now.Add(2*time.Minute), s.now.Add(time.Minute)
	s.place(second, first)
	s.wantClaimed(0)
	s.now = s.now.Add(2*time.Minute - time.Microsecond)
	none, err := s.claimAnyOrders(pinbell.Claim{}, 10)
	if err != nil || len(none) != 0 {
		s.Fatalf("the zero claim claimed %v, %v", none, err)
	}
	got := s.wantClaimed(1)
	s.same(got[0], first.Claimed())
	s.same(s.order(first.ID), got[0])
	s.now = s.now.Add(time.Microsecond)
	s.same(s.wantClaimed(1)[0], second.Claimed())
	s.now = s.now.Add(31 * time.Second) // both leases have run out
	again, err := s.ClaimOrders(s.ctx, s.claim(), pinbell.Voice, s.now, 10)
	s.must(err)
	if len(again) != 1 || again[0].ID != first.ID || again[0].Fence != 2 {
		s.Fatalf("claimed %v again, want the call alone", again)
	}
	_, err = s.sendOrder(got[0])
	s.wantErr(err, pinbell.ErrConflict)
	_, err = s.sendOrder(again[0])
	s.must(err)
	s.now = s.now.Add(31 * time.Second)
	s.same(s.wantClaimed(1)[0].ID, second.ID) // what may have left is not handed out again
}

func claimOrdersExclusive(s *suite) {
	const orders, workers = 60, 8
	for range orders {
		s.place(Order(pinbell.SMS, s.number(), s.now))
	}
	var mu sync.Mutex
	seen := map[pinbell.OrderID]int{}
	for _, err := range together(workers, func(i int) error {
		for {
			got, err := s.claimAnyOrders(pinbell.Claim{Node: fmt.Sprint("node-", i), Until: s.now.Add(time.Minute)}, 3)
			if err != nil || len(got) == 0 {
				return err
			}
			mu.Lock()
			for _, o := range got {
				seen[o.ID]++
			}
			mu.Unlock()
		}
	}) {
		s.must(err)
	}
	for id, n := range seen {
		if n != 1 {
			s.Fatalf("%s was claimed %d times", id, n)
		}
	}
	if len(seen) != orders {
		s.Fatalf("%d of %d orders were claimed", len(seen), orders)
	}
}

func (s *suite) order(id pinbell.OrderID) pinbell.Order {
	s.Helper()
	o, err := s.Order(s.ctx, id)
	s.must(err)
	return o
}

func (s *suite) place(orders ...pinbell.Order) {
	s.Helper()
	_, err := s.Place(s.ctx, pinbell.Place{Orders: orders})
	s.must(err)
}

func (s *suite) wantClaimed(n int) []pinbell.Order {
	s.Helper()
	got, err := s.claimAnyOrders(s.claim(), 10)
	s.must(err)
	if len(got) != n {
		s.Fatalf("claimed %d orders, want %d", len(got), n)
	}
	return got
}

// sendOrder is what a worker does before the first packet.
func (s *suite) sendOrder(o pinbell.Order) (pinbell.Order, error) {
	return s.UpdateOrder(s.ctx, o.ID, s.now, func(stands pinbell.Order) (pinbell.Order, error) {
		return stands.Sending("carrier", o.Fence, s.now)
	})
}
