package messagebird

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// messageObject is an SMS to several recipients as MessageBird writes it.
type messageObject struct {
	ID                string     `json:"id"`
	Href              string     `json:"href"`
	Direction         string     `json:"direction"`
	Type              string     `json:"type"`
	Originator        *string    `json:"originator"` // a text also for numbers: the client for Go takes no other
	Body              string     `json:"body"`
	Reference         *string    `json:"reference"`
	Validity          *int       `json:"validity"`
	Gateway           *int       `json:"gateway"`
	TypeDetails       struct{}   `json:"typeDetails"`
	Datacoding        string     `json:"datacoding"`
	MClass            int        `json:"mclass"`
	ScheduledDatetime *string    `json:"scheduledDatetime"`
	CreatedDatetime   string     `json:"createdDatetime"`
	Recipients        recipients `json:"recipients"`
}

// voiceObject is a call to several recipients.
type voiceObject struct {
	ID                string     `json:"id"`
	Href              string     `json:"href"`
	Originator        *string    `json:"originator"`
	Body              string     `json:"body"`
	Reference         *string    `json:"reference"`
	Language          string     `json:"language"`
	Voice             string     `json:"voice"`
	Repeat            int        `json:"repeat"`
	IfMachine         string     `json:"ifMachine"`
	MachineTimeout    int        `json:"machineTimeout"`
	ScheduledDatetime *string    `json:"scheduledDatetime"`
	CreatedDatetime   string     `json:"createdDatetime"`
	Recipients        recipients `json:"recipients"`
}

type recipients struct {
	TotalCount               int         `json:"totalCount"`
	TotalSentCount           int         `json:"totalSentCount"`
	TotalDeliveredCount      int         `json:"totalDeliveredCount"`
	TotalDeliveryFailedCount int         `json:"totalDeliveryFailedCount"`
	Items                    []recipient `json:"items"`
}

type recipient struct {
	Recipient      json.Number `json:"recipient"`
	Status         string      `json:"status"`
	StatusDatetime string      `json:"statusDatetime"`
}

// object writes the orders of one request.
func (a *API) object(r *http.Request, orders []pinbell.Order) any {
	first := orders[0]
	id, fields := first.Origin.ID, first.Origin.Fields
	sender, reference, scheduled := compat.OrNull(fields[fieldOriginator]), compat.OrNull(first.Reference), compat.OrNull(fields[fieldScheduled])
	if first.Channel == pinbell.Voice {
		repeat, _ := strconv.Atoi(fields[fieldRepeat])
		return voiceObject{
			ID: id, Href: a.cfg.URL(r, "/voicemessages/"+id), Originator: sender, Body: first.Text.Reveal(), Reference: reference,
			Language: cmp.Or(fields[fieldLanguage], defaultLanguage), Voice: cmp.Or(fields[fieldVoice], "female"), Repeat: max(repeat, 1),
			IfMachine: ifMachine(first.Machine), MachineTimeout: defaultMachineTimeout,
			ScheduledDatetime: scheduled, CreatedDatetime: datetime(first.CreatedAt), Recipients: recipientsOf(orders),
		}
	}
	m := messageObject{
		ID: id, Href: a.cfg.URL(r, "/messages/"+id), Direction: "mt", Type: "sms", Originator: sender, Body: first.Text.Reveal(),
		Reference: reference, Datacoding: cmp.Or(fields[fieldDatacoding], datacodings[0]), MClass: 1,
		ScheduledDatetime: scheduled, CreatedDatetime: datetime(first.CreatedAt), Recipients: recipientsOf(orders),
	}
	if first.Flash {
		m.Type, m.MClass = "flash", 0
	}
	if first.Validity > 0 {
		seconds := int(first.Validity / time.Second)
		m.Validity = &seconds
	}
	return m
}

// How far a recipient's message or call is, as MessageBird counts it.
const (
	statusScheduled = "scheduled"
	statusSent      = "sent"
	statusDelivered = "delivered"
	statusExpired   = "expired"
	statusUndone    = "delivery_failed"

	statusCalling  = "calling"
	statusAnswered = "answered"
	statusFailed   = "failed"
)

func recipientsOf(orders []pinbell.Order) recipients {
	list := recipients{TotalCount: len(orders), Items: make([]recipient, len(orders))}
	for i, o := range orders {
		status, at := statusOf(o)
		list.Items[i] = recipient{json.Number(o.To.Digits()), status, datetime(at)}
		switch status {
		case statusSent, statusCalling:
			list.TotalSentCount++
		case statusDelivered, statusAnswered:
			list.TotalDeliveredCount++
		case statusUndone, statusFailed:
			list.TotalDeliveryFailedCount++
		}
	}
	return list
}

// statusOf is an order's status in MessageBird's words, and since when.
func statusOf(o pinbell.Order) (string, time.Time) {
	voice := o.Channel == pinbell.Voice
	pending, undone := statusSent, statusUndone
	if voice {
		pending, undone = statusCalling, statusFailed
	}
	at := compat.Changed(o)
	switch o.Status {
	case pinbell.OrderQueued, pinbell.OrderClaimed:
		if o.DueAt.After(o.CreatedAt) {
			return statusScheduled, at
		}
		return pending, at
	case pinbell.OrderSending, pinbell.MessageSubmitted, pinbell.CallRinging:
		return pending, at
	case pinbell.CallInProgress, pinbell.CallCompleted:
		return statusAnswered, at
	case pinbell.MessageDelivered:
		return statusDelivered, at
	case pinbell.MessageExpired:
		return statusExpired, at
	}
	return undone, at
}
