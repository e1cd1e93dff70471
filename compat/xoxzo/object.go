package xoxzo

import (
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// message is an SMS as Xoxzo writes it.
type message struct {
	MsgID     string   `json:"msgid"`
	Status    string   `json:"status"`
	Sender    string   `json:"sender"`
	Recipient string   `json:"recipient"`
	SentTime  *string  `json:"sent_time"`
	Cost      int      `json:"cost"` // prices are not known here
	Tags      []string `json:"tags"`
	URL       string   `json:"url"`
}

// call is a call as Xoxzo writes it.
type call struct {
	CallID    string   `json:"callid"`
	Status    string   `json:"status"`
	Caller    string   `json:"caller"`
	Recipient string   `json:"recipient"`
	StartTime *string  `json:"start_time"`
	EndTime   *string  `json:"end_time"`
	Duration  int      `json:"duration"` // s, of the conversation
	Cost      int      `json:"cost"`
	Tags      []string `json:"tags"`
	URL       string   `json:"url"`
}

func messageOf(o pinbell.Order) message {
	fields := o.Origin.Fields
	return message{
		MsgID: o.Origin.ID, Status: messageStatus(o.Status), Sender: fields[fieldFrom], Recipient: o.To.E164(),
		SentTime: clock(begun(o)), Tags: tagsOf(o), URL: fields[fieldURL],
	}
}

func callOf(o pinbell.Order) call {
	fields := o.Origin.Fields
	return call{
		CallID: o.Origin.ID, Status: callStatus(o), Caller: fields[fieldFrom], Recipient: o.To.E164(),
		StartTime: clock(begun(o)), EndTime: clock(o.EndedAt), Duration: compat.Talked(o), Tags: tagsOf(o), URL: fields[fieldURL],
	}
}

func tagsOf(o pinbell.Order) []string {
	if tags := o.Origin.Fields[fieldTags]; tags != "" {
		return strings.Split(tags, ",")
	}
	return []string{}
}

// begun is when an order left, or came as long as it has not.
func begun(o pinbell.Order) time.Time {
	if o.StartedAt.IsZero() {
		return o.CreatedAt
	}
	return o.StartedAt
}

func messageStatus(s pinbell.OrderStatus) string {
	switch s {
	case pinbell.OrderQueued, pinbell.OrderClaimed:
		return "QUEUED"
	case pinbell.OrderSending, pinbell.MessageSubmitted:
		return "DELIVERING"
	case pinbell.MessageDelivered:
		return "DELIVERED"
	}
	return "FAIL"
}

// callStatus is in our own words: Xoxzo's could not be established.
func callStatus(o pinbell.Order) string {
	switch o.Status {
	case pinbell.OrderQueued, pinbell.OrderClaimed:
		return "QUEUED"
	case pinbell.OrderSending, pinbell.CallRinging:
		return "CALLING"
	case pinbell.CallInProgress, pinbell.CallCompleted:
		return "ANSWERED"
	}
	switch o.Outcome {
	case pinbell.Busy:
		return "BUSY"
	case pinbell.NoAnswer:
		return "NO ANSWER"
	}
	return "FAILED"
}
