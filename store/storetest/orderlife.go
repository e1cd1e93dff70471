package storetest

import (
	"errors"
	"time"

	"github.com/pinbell/pinbell"
)

// claimedOrder places an order that is claimed at once.
func (s *suite) claimedOrder(ch pinbell.Channel) pinbell.Order {
	s.Helper()
	got, err := s.Place(s.ctx, pinbell.Place{Orders: []pinbell.Order{Order(ch, s.number(), s.now)}, Claim: s.claim()})
	s.must(err)
	return got[0]
}

func (s *suite) sendingOrder(ch pinbell.Channel) pinbell.Order {
	s.Helper()
	o, err := s.sendOrder(s.claimedOrder(ch))
	s.must(err)
	return o
}

func (s *suite) finishOrder(id pinbell.OrderID, r pinbell.Result) pinbell.Order {
	s.Helper()
	return s.change(id, func(o pinbell.Order) pinbell.Order { return o.Finish(r, s.now) })
}

func (s *suite) submittedOrder(references ...string) pinbell.Order {
	s.Helper()
	return s.finishOrder(s.sendingOrder(pinbell.SMS).ID, pinbell.Result{Outcome: pinbell.Submitted, Cause: "ok", References: references})
}

func (s *suite) change(id pinbell.OrderID, change func(pinbell.Order) pinbell.Order) pinbell.Order {
	s.Helper()
	o, err := s.UpdateOrder(s.ctx, id, s.now, func(o pinbell.Order) (pinbell.Order, error) { return change(o), nil })
	s.must(err)
	s.same(s.order(id), o)
	return o
}

func (s *suite) reportOrder(reference string, outcome pinbell.Outcome) pinbell.OrderID {
	s.Helper()
	id, err := s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: reference, Outcome: outcome, Cause: "stat", At: s.now})
	s.must(err)
	return id
}

func (s *suite) wantOrder(id pinbell.OrderID, status pinbell.OrderStatus, outcome pinbell.Outcome) pinbell.Order {
	s.Helper()
	o := s.order(id)
	if o.Status != status || o.Outcome != outcome {
		s.Fatalf("order is %s %q, want %s %q", o.Status, o.Outcome, status, outcome)
	}
	return o
}

func updateOrder(s *suite) {
	o := s.sendingOrder(pinbell.Voice)
	refusal := errors.New("refused")
	got, err := s.UpdateOrder(s.ctx, o.ID, s.now, func(o pinbell.Order) (pinbell.Order, error) {
		o.Carrier, o.Metadata["a"] = "other", "other"
		return o, refusal
	})
	s.wantErr(err, refusal)
	s.same(got, o)
	s.same(s.order(o.ID), o)
	s.change(o.ID, func(o pinbell.Order) pinbell.Order {
		return o.Progress(pinbell.Progress{Stage: pinbell.StageRinging, At: s.now})
	})
	s.change(o.ID, func(o pinbell.Order) pinbell.Order {
		o.Digits, o.Playlist = "12#", append(o.Playlist, pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText("more")})
		return o.Progress(pinbell.Progress{Stage: pinbell.StageAnswered, At: s.now})
	})
	got = s.finishOrder(o.ID, pinbell.Result{Outcome: pinbell.Completed, Cause: "200 OK", Digits: "12#3"})
	if got.Status != pinbell.CallCompleted || got.Digits != "12#3" || !got.EndedAt.Equal(s.now) || len(got.Playlist) != len(o.Playlist)+1 {
		s.Fatalf("completed as %+v", got)
	}
	got = s.change(o.ID, func(now pinbell.Order) pinbell.Order {
		now.ID, now.Channel, now.Service, now.To, now.Address, now.CreatedAt = "x", "x", "x", s.number(), "x", time.Time{}
		now.Playlist, now.EndedAt, now.Origin.ID = nil, time.Time{}, "renamed"
		return now
	})
	if got.ID != o.ID || got.To != o.To || !got.EndedAt.Equal(s.now) || got.Playlist != nil {
		s.Fatalf("changed to %+v", got)
	}
	list, err := s.Orders(s.ctx, pinbell.OrderFilter{To: o.To, Service: o.Service, Origin: pinbell.Origin{ID: "renamed"}})
	s.must(err)
	s.same(list, []pinbell.Order{got})
}

// cancelRace lets a worker send and callers cancel: either it leaves or it is
// canceled, never both.
func cancelRace(s *suite) {
	for range 20 {
		o := s.claimedOrder(pinbell.SMS)
		errs := together(2, func(i int) error {
			if i == 0 {
				_, err := s.sendOrder(o)
				return err
			}
			_, err := s.UpdateOrder(s.ctx, o.ID, s.now, func(o pinbell.Order) (pinbell.Order, error) {
				if o.Status != pinbell.OrderQueued && o.Status != pinbell.OrderClaimed {
					return o, pinbell.ErrConflict
				}
				return o.Cancel(s.now)
			})
			return err
		})
		if (errs[0] == nil) == (errs[1] == nil) {
			s.Fatalf("sending: %v, canceling: %v", errs[0], errs[1])
		}
	}
}

func requeuedOrder(s *suite) {
	o := s.sendingOrder(pinbell.SMS)
	s.change(o.ID, func(o pinbell.Order) pinbell.Order {
		o.Status, o.DueAt = pinbell.OrderQueued, s.now.Add(time.Minute)
		return o
	})
	_, err := s.Recover(s.ctx, "node-2", s.now.Add(50*time.Second))
	s.must(err)
	s.wantOrder(o.ID, pinbell.OrderQueued, "")
	s.now = s.now.Add(time.Minute)
	if got := s.wantClaimed(1)[0]; got.Fence != 2 {
		s.Fatalf("claimed again as %+v", got)
	}
}

func orderReceipts(s *suite) {
	_, err := s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: "a", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	o := s.submittedOrder("a", "b")
	_, err = s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "other", Reference: "a", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	_, err = s.Receipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: "a", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	for _, outcome := range []pinbell.Outcome{pinbell.Submitted, pinbell.Delivered, pinbell.Undelivered} {
		s.same(s.reportOrder("a", outcome), o.ID)
		s.wantOrder(o.ID, pinbell.MessageSubmitted, pinbell.Submitted)
	}
	s.same(s.order(o.ID).Parts, []pinbell.Outcome{pinbell.Delivered, ""})
	s.now = s.now.Add(time.Minute)
	s.reportOrder("b", pinbell.Delivered)
	if got := s.wantOrder(o.ID, pinbell.MessageDelivered, pinbell.Delivered); !got.EndedAt.Equal(s.now) || got.Cause != "stat" {
		s.Fatalf("delivered as %+v", got)
	}
	s.reportOrder("b", pinbell.Undelivered)
	s.wantOrder(o.ID, pinbell.MessageDelivered, pinbell.Delivered)
	failed := s.submittedOrder("x", "y")
	s.reportOrder("x", pinbell.Expired)
	s.wantOrder(failed.ID, pinbell.MessageExpired, pinbell.Expired)
	// All parts at once, in parallel.
	references := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	o = s.submittedOrder(references...)
	together(len(references), func(i int) error { s.reportOrder(references[i], pinbell.Delivered); return nil })
	s.wantOrder(o.ID, pinbell.MessageDelivered, pinbell.Delivered)
}

// orderReferenceReused: the newest of orders and verifications is meant.
func orderReferenceReused(s *suite) {
	first := s.submittedOrder("same")
	second := s.submittedOrder("same")
	s.same(s.reportOrder("same", pinbell.Submitted), second.ID)
	v, _ := s.submitted([]string{"same"})
	_, err := s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: "same", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	s.same(s.report("same", pinbell.Submitted), v.ID)
	third := s.submittedOrder("same")
	_, err = s.Receipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: "same", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	s.same(s.reportOrder("same", pinbell.Delivered), third.ID)
	for _, o := range []pinbell.Order{first, second} {
		s.wantOrder(o.ID, pinbell.MessageSubmitted, pinbell.Submitted)
	}
	// A failover's references are those of the new carrier.
	s.change(first.ID, func(o pinbell.Order) pinbell.Order { o.Carrier = "other"; return o })
	id, err := s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "other", Reference: "same", Outcome: pinbell.Delivered, At: s.now})
	s.must(err)
	s.same(id, first.ID)
}

func renewedOrders(s *suite) {
	claimed, sent := s.claimedOrder(pinbell.SMS), s.sendingOrder(pinbell.Voice)
	s.now = s.now.Add(20 * time.Second)
	s.must(s.Renew(s.ctx, pinbell.Claim{Node: "node-2", Until: s.now.Add(time.Hour)}, s.now))
	s.must(s.Renew(s.ctx, s.claim(), s.now))
	s.now = s.now.Add(29 * time.Second)
	s.wantClaimed(0)
	_, err := s.Recover(s.ctx, node, s.now)
	s.must(err)
	s.wantOrder(claimed.ID, pinbell.OrderClaimed, "")
	s.wantOrder(sent.ID, pinbell.OrderSending, "")
	s.now = s.now.Add(time.Second)
	s.wantClaimed(1)
}

func recoverOrders(s *suite) {
	claimed, message := s.claimedOrder(pinbell.SMS), s.sendingOrder(pinbell.SMS)
	call, ringing, talking := s.sendingOrder(pinbell.Voice), s.sendingOrder(pinbell.Voice), s.sendingOrder(pinbell.Voice)
	for id, stage := range map[pinbell.OrderID]pinbell.Stage{ringing.ID: pinbell.StageRinging, talking.ID: pinbell.StageAnswered} {
		s.change(id, func(o pinbell.Order) pinbell.Order { return o.Progress(pinbell.Progress{Stage: stage, At: s.now}) })
	}
	submitted, queued := s.submittedOrder("r"), Order(pinbell.SMS, s.number(), s.now.Add(time.Hour))
	s.place(queued)
	s.now = s.now.Add(31 * time.Second)
	ids, err := s.Recover(s.ctx, "node-2", s.now)
	s.must(err)
	if len(ids) != 0 {
		s.Fatalf("recovered the verifications %v", ids)
	}
	if got := s.wantOrder(claimed.ID, pinbell.OrderQueued, ""); got.Fence != claimed.Fence+1 {
		s.Fatalf("queued again as %+v", got)
	}
	s.wantOrder(message.ID, pinbell.MessageSubmitted, pinbell.Unknown)
	for _, o := range []pinbell.Order{call, ringing, talking} {
		if got := s.wantOrder(o.ID, pinbell.CallFailed, pinbell.Unknown); got.Fence != o.Fence+1 || !got.EndedAt.Equal(s.now) {
			s.Fatalf("recovered as %+v", got)
		}
	}
	s.wantOrder(submitted.ID, pinbell.MessageSubmitted, pinbell.Submitted)
	s.wantOrder(queued.ID, pinbell.OrderQueued, "")
	for _, lost := range []pinbell.Order{claimed, message, call} {
		_, err := s.sendOrder(lost)
		s.wantErr(err, pinbell.ErrConflict)
	}
	s.same(s.wantClaimed(1)[0].ID, claimed.ID)
}

func overdueOrders(s *suite) {
	message, call, waiting := Order(pinbell.SMS, s.number(), s.now), Order(pinbell.Voice, s.number(), s.now), Order(pinbell.SMS, s.number(), s.now)
	call.Validity, waiting.DueAt = pinbell.DefaultValidity, s.now.Add(time.Hour)
	lost := s.claimedOrder(pinbell.SMS)
	s.place(message, call, waiting)
	deadline := s.now.Add(pinbell.DefaultValidity)
	s.now = deadline
	got := s.wantClaimed(1)
	s.same(got[0].ID, waiting.ID)
	_, err := s.UpdateOrder(s.ctx, message.ID, s.now, func(o pinbell.Order) (pinbell.Order, error) { return o.Cancel(s.now) })
	s.wantErr(err, pinbell.ErrConflict)
	s.wantOrder(message.ID, pinbell.MessageExpired, pinbell.Expired)
	for range 70 { // more than one step
		o := Order(pinbell.SMS, s.number(), deadline.Add(-pinbell.DefaultValidity))
		s.place(o)
	}
	_, err = s.Sweep(s.ctx, s.now.Add(time.Second), 1000)
	s.must(err)
	s.wantOrder(lost.ID, pinbell.MessageExpired, pinbell.Expired)
	if o := s.wantOrder(call.ID, pinbell.CallFailed, pinbell.Expired); !o.EndedAt.Equal(deadline) || len(o.Playlist) == 0 {
		s.Fatalf("ended as %+v", o)
	}
	s.wantOrder(waiting.ID, pinbell.OrderClaimed, "")
	list, err := s.Orders(s.ctx, pinbell.OrderFilter{Limit: 1000})
	s.must(err)
	for _, o := range list {
		if o.Status == pinbell.OrderQueued {
			s.Fatal("an overdue order still waits")
		}
	}
}

func erasedContent(s *suite) {
	silent, failed, going := s.submittedOrder("s"), s.sendingOrder(pinbell.Voice), s.sendingOrder(pinbell.Voice)
	waiting := Order(pinbell.SMS, s.number(), s.now)
	waiting.DueAt = s.now.Add(7 * 24 * time.Hour)
	s.place(waiting)
	for range 70 {
		s.finishOrder(s.sendingOrder(pinbell.SMS).ID, pinbell.Result{Outcome: pinbell.Rejected})
	}
	s.finishOrder(failed.ID, pinbell.Result{Outcome: pinbell.Busy})
	kept := func(id pinbell.OrderID, want bool) {
		s.Helper()
		if o := s.order(id); (len(o.Playlist) > 0 || o.Text.Reveal() != "") != want {
			s.Fatalf("%s %s: content kept is not %t", o.Channel, o.Status, want)
		}
	}
	sweep := func(at time.Time) {
		s.Helper()
		_, err := s.Sweep(s.ctx, at, 1000)
		s.must(err)
	}
	sweep(s.now.Add(pinbell.ContentTTL - time.Microsecond))
	kept(failed.ID, true)
	sweep(s.now.Add(pinbell.ContentTTL))
	kept(failed.ID, false)
	if got := s.order(failed.ID); got.To != failed.To || got.Outcome != pinbell.Busy {
		s.Fatalf("erased more than the content: %+v", got)
	}
	kept(silent.ID, true)
	list, err := s.Orders(s.ctx, pinbell.OrderFilter{Channel: pinbell.SMS, Limit: 1000})
	s.must(err)
	for _, o := range list {
		if o.Status.Ended() {
			kept(o.ID, false)
		}
	}
	sweep(silent.Deadline().Add(pinbell.ContentTTL))
	kept(silent.ID, false)
	kept(going.ID, true)
	kept(waiting.ID, true)
	s.reportOrder("s", pinbell.Delivered)
	s.wantOrder(silent.ID, pinbell.MessageDelivered, pinbell.Delivered)
}

func purgeOrders(s *suite) {
	silent := s.submittedOrder("silent")
	var old []pinbell.Order
	for i := range 60 {
		reference := string(rune('A' + i))
		old = append(old, s.submittedOrder(reference))
		s.reportOrder(reference, pinbell.Delivered)
	}
	waiting := Order(pinbell.SMS, s.number(), s.now)
	waiting.DueAt = s.now.Add(24 * time.Hour)
	going := s.sendingOrder(pinbell.Voice)
	s.place(waiting)
	ended := s.now
	s.now = s.now.Add(time.Hour)
	kept := s.submittedOrder("B") // takes over the reference of an old one
	s.must(s.Purge(s.ctx, ended, 1000))
	s.order(old[0].ID)
	s.must(s.Purge(s.ctx, ended.Add(time.Second), 10))
	list, err := s.Orders(s.ctx, pinbell.OrderFilter{Limit: 1000})
	s.must(err)
	if len(list) != 54 {
		s.Fatalf("%d left of 64 after purging 10", len(list))
	}
	s.must(s.Purge(s.ctx, ended.Add(time.Second), 1000))
	for i, o := range append(old, silent) {
		_, err := s.Order(s.ctx, o.ID)
		s.wantErr(err, pinbell.ErrNotFound)
		if i == 1 {
			continue
		}
		_, err = s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: o.References[0], Outcome: pinbell.Delivered, At: s.now})
		s.wantErr(err, pinbell.ErrNotFound)
	}
	s.same(s.reportOrder("B", pinbell.Delivered), kept.ID)
	// What took over an order's reference takes it along when it is purged itself.
	s.submittedOrder("again")
	v, _ := s.submitted([]string{"again"})
	_, err = s.Cancel(s.ctx, pinbell.Cancel{ID: v.ID, At: s.now.Add(-time.Minute)})
	s.must(err)
	s.must(s.Purge(s.ctx, s.now, 1000))
	_, err = s.OrderReceipt(s.ctx, pinbell.Receipt{Carrier: "carrier", Reference: "again", Outcome: pinbell.Delivered, At: s.now})
	s.wantErr(err, pinbell.ErrNotFound)
	s.wantOrder(waiting.ID, pinbell.OrderQueued, "")
	s.wantOrder(going.ID, pinbell.OrderSending, "")
}
