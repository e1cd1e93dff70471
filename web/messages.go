package web

import (
	"net/http"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
	"github.com/pinbell/pinbell/verify"
)

func (s *Server) createMessage(w http.ResponseWriter, r *http.Request, c caller) error {
	in, body, err := decode[api.MessageRequest](r)
	if err != nil {
		return err
	}
	service, err := c.choose(in.Service)
	if err != nil {
		return err
	}
	req := verify.OrderRequest{Channel: pinbell.SMS, To: in.To, Country: in.Country, Service: service, OrderWishes: pinbell.OrderWishes{
		Text: pinbell.NewText(in.Text), From: in.From, Via: deref(in.CarrierID), Flash: in.Flash,
		Validity: time.Duration(in.Validity), Reference: in.Reference, Metadata: in.Metadata,
	}}
	return s.placeOrder(w, r, c, body, req, func(o pinbell.Order) any { return wireMessage(o) })
}

func (s *Server) readMessage(w http.ResponseWriter, r *http.Request, c caller) error {
	o, err := s.readOrder(r, c, pinbell.SMS)
	if err != nil {
		return err
	}
	return encode(w, http.StatusOK, wireMessage(o))
}

func wireCall(o pinbell.Order) api.Call {
	to := o.To.E164()
	if o.Address != "" {
		to = o.Address
	}
	return api.Call{
		ID: string(o.ID), Status: callStatus(o.Status), To: to, From: o.From, Service: o.Service, Carrier: o.Carrier,
		Locale: string(o.Locale), Outcome: string(o.Outcome), Cause: o.Cause, Digits: o.Digits,
		Reference: o.Reference, Metadata: wireMetadata(o.Metadata), CreatedAt: o.CreatedAt,
		StartedAt: wireTime(o.StartedAt), AnsweredAt: wireTime(o.AnsweredAt), EndedAt: wireTime(o.EndedAt),
	}
}

// callStatus leaves out the steps that are the dispatcher's own.
func callStatus(s pinbell.OrderStatus) string {
	switch s {
	case pinbell.OrderClaimed, pinbell.OrderSending:
		return api.CallQueued
	case pinbell.OrderCanceled:
		return api.CallFailed // its outcome is "canceled"
	}
	return string(s)
}

func wireMessage(o pinbell.Order) api.Message {
	out := api.Message{
		ID: string(o.ID), Status: messageStatus(o.Status), To: o.To.E164(), From: o.From, Service: o.Service, Carrier: o.Carrier,
		Segments: o.Segments, Encoding: o.Encoding, Reference: o.Reference, Metadata: wireMetadata(o.Metadata),
		CreatedAt: o.CreatedAt, StartedAt: wireTime(o.StartedAt), EndedAt: wireTime(o.EndedAt),
	}
	if o.Status.Ended() && o.Status != pinbell.MessageDelivered {
		out.Error = o.Cause
	}
	return out
}

func messageStatus(s pinbell.OrderStatus) string {
	switch s {
	case pinbell.OrderClaimed, pinbell.OrderSending:
		return api.MessageQueued
	case pinbell.OrderCanceled:
		return api.MessageRejected
	}
	return string(s)
}

func wireMetadata(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}
