package smpp

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseReceipt(t *testing.T) {
	at := time.Date(2018, 7, 11, 7, 0, 0, 0, time.UTC)
	text := func(s string) DeliverSM { return DeliverSM{ESMClass: ESMClassReceipt, ShortMessage: []byte(s)} }
	tests := []struct {
		name string
		m    DeliverSM
		want Receipt
		not  bool
	}{
		{name: "the form of Appendix B",
			m: text("id:0123456789 sub:001 dlvrd:001 submit date:1807110700 done date:1807110700 stat:DELIVRD err:000 text:Your code"),
			want: Receipt{MessageID: "0123456789", State: StateDelivered, Err: "000", Submitted: "001", Delivered: "001",
				SubmitDate: at, DoneDate: at, Text: "Your code"}},
		{name: "another case and order, nothing else",
			m:    text("STAT:undeliv ERR:abX7 ID:9f-UUID_x"),
			want: Receipt{MessageID: "9f-UUID_x", State: StateUndeliverable, Err: "abX7"}},
		{name: "dates of 16 characters and of 12",
			m:    text("id:1 submit date:180711070000912+ done date:180711070000 stat:EXPIRED err:27"),
			want: Receipt{MessageID: "1", State: StateExpired, Err: "27", SubmitDate: at, DoneDate: at}},
		{name: "keys inside the text do not count",
			m:    text("id:7 stat:REJECTD err:001 text:id:8 stat:DELIVRD"),
			want: Receipt{MessageID: "7", State: StateRejected, Err: "001", Text: "id:8 stat:DELIVRD"}},
		{name: "the text in front", m: text("text:hello id:7 stat:ACCEPTD"),
			want: Receipt{MessageID: "7", State: StateAccepted, Text: "hello id:7 stat:ACCEPTD"}},
		{name: "a word in full", m: text("id:7 stat:DELIVERED"), want: Receipt{MessageID: "7", State: StateDelivered}},
		{name: "parameters before text",
			m: DeliverSM{ESMClass: ESMClassReceipt, ShortMessage: []byte("id:7 stat:ENROUTE err:000"),
				TLVs: TLVs{{TagReceiptedMessageID, []byte("8\x00")}, {TagMessageState, []byte{5}}, {TagNetworkErrorCode, []byte{3, 0, 27}}}},
			want: Receipt{MessageID: "8", State: StateUndeliverable, Err: "027"}},
		{name: "parameters only, no class, no NUL",
			m:    DeliverSM{TLVs: TLVs{{TagReceiptedMessageID, []byte("8")}, {TagMessageState, []byte{2}}}},
			want: Receipt{MessageID: "8", State: StateDelivered}},
		{name: "in the payload",
			m:    DeliverSM{ESMClass: ESMClassReceipt, TLVs: TLVs{{TagMessagePayload, []byte("id:5 stat:DELIVRD")}}},
			want: Receipt{MessageID: "5", State: StateDelivered}},
		{name: "intermediate, in UCS-2", m: DeliverSM{ESMClass: ESMClassIntermediate, DataCoding: UCS2, ShortMessage: EncodeUCS2("id:5 stat:ENROUTE")},
			want: Receipt{MessageID: "5", State: StateEnroute}},
		{name: "a person's message", m: DeliverSM{ShortMessage: []byte("id:5 stat:DELIVRD")}, not: true},
		{name: "no id", m: text("stat:DELIVRD"), not: true},
		{name: "control characters in err", m: text("id:5 stat:UNDELIV err:1\r\nx"), want: Receipt{MessageID: "5", State: StateUndeliverable, Err: "1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseReceipt(&tt.m)
			if ok == tt.not {
				t.Fatalf("a receipt: %v", ok)
			}
			if diff := cmp.Diff(tt.want, got); !tt.not && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add([]byte("id:1 sub:001 dlvrd:001 submit date:1807110700 done date:1807110700 stat:DELIVRD err:000 text:x"), []byte("1"))
	f.Add([]byte("text:id: STAT:x"), []byte{0})
	f.Fuzz(func(t *testing.T, text, id []byte) {
		m := &DeliverSM{ESMClass: ESMClassReceipt, ShortMessage: text}
		if len(id) > 0 {
			m.TLVs = TLVs{{TagReceiptedMessageID, id}}
		}
		r, ok := ParseReceipt(m)
		if !ok {
			return
		}
		again, ok := ParseReceipt(r.DeliverSM(Address{}, Address{}))
		if !ok || again.MessageID != r.MessageID || r.State != 0 && again.State != r.State {
			t.Errorf("%+v became %+v", r, again)
		}
	})
}
