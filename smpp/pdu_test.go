package smpp

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// golden holds PDUs byte by byte in the order of SMPP 3.4's tables; spaces
// part the fields.
var golden = []struct {
	name   string
	hex    string
	header Header
	body   PDU
}{
	{
		name:   "bind_transmitter, the example of SMPP 3.4 §3.2.3",
		hex:    "0000002F 00000002 00000000 00000001 534D50503354455354 00 7365637265743038 00 5355424D495431 00 00 01 01 00",
		header: Header{Command: CommandBindTransmitter, Sequence: 1},
		body:   &Bind{Mode: Transmitter, SystemID: "SMPP3TEST", Password: "secret08", SystemType: "SUBMIT1", AddressTON: 1, AddressNPI: 1},
	},
	{
		name:   "bind_transceiver",
		hex:    "0000001D 00000009 00000000 00000002 61636D65 00 7077 00 00 34 00 00 00",
		header: Header{Command: CommandBindTransceiver, Sequence: 2},
		body:   &Bind{SystemID: "acme", Password: "pw", InterfaceVersion: Version34},
	},
	{
		name:   "bind_transceiver_resp with sc_interface_version",
		hex:    "0000001A 80000009 00000000 00000002 736D7363 00 0210 0001 34",
		header: Header{Command: CommandBindTransceiverResp, Sequence: 2},
		body:   &BindResp{SystemID: "smsc", TLVs: TLVs{{TagSCInterfaceVersion, []byte{0x34}}}},
	},
	{
		name:   "bind_receiver_resp, refused, without a body",
		hex:    "00000010 80000001 0000000E 00000002",
		header: Header{Command: CommandBindReceiverResp, Status: StatusInvalidPassword, Sequence: 2},
		body:   &BindResp{Mode: Receiver},
	},
	{
		name: "submit_sm",
		hex: "00000046 00000004 00000000 00000003 00 05 00 41636D65 00 01 01 3135353530313030 00" +
			" 40 00 00 00 303030303030303030343539303030 52 00 01 00 00 00 03 486921 0204 0002 0007",
		header: Header{Command: CommandSubmitSM, Sequence: 3},
		body: &SubmitSM{Source: Address{5, 0, "Acme"}, Destination: Address{1, 1, "15550100"}, ESMClass: ESMClassUDHI,
			ValidityPeriod: "000000000459000R", RegisteredDelivery: 1, ShortMessage: []byte("Hi!"),
			TLVs: TLVs{{TagUserMessageReference, []byte{0, 7}}}},
	},
	{
		name:   "submit_sm_resp",
		hex:    "00000013 80000004 00000000 00000003 3161 00",
		header: Header{Command: CommandSubmitSMResp, Sequence: 3},
		body:   &SubmitSMResp{MessageID: "1a"},
	},
	{
		name:   "submit_sm_resp, throttled",
		hex:    "00000010 80000004 00000058 00000003",
		header: Header{Command: CommandSubmitSMResp, Status: StatusThrottled, Sequence: 3},
		body:   &SubmitSMResp{},
	},
	{
		name:   "deliver_sm, a receipt in parameters, one of them a carrier's own",
		hex:    "00000035 00000005 00000000 00000004 00 01 01 31 00 00 00 32 00 04 00 00 00 00 00 00 08 00 00 001E 0003 316100 0427 0001 02 1400 0002 CAFE",
		header: Header{Command: CommandDeliverSM, Sequence: 4},
		body: &DeliverSM{Source: Address{1, 1, "1"}, Destination: Address{0, 0, "2"}, ESMClass: ESMClassReceipt, DataCoding: UCS2,
			TLVs: TLVs{{TagReceiptedMessageID, []byte("1a\x00")}, {TagMessageState, []byte{2}}, {0x1400, []byte{0xCA, 0xFE}}}},
	},
	{
		name:   "deliver_sm_resp, its message_id unused",
		hex:    "00000011 80000005 00000000 00000004 00",
		header: Header{Command: CommandDeliverSMResp, Sequence: 4},
		body:   &DeliverSMResp{},
	},
	{
		name:   "data_sm",
		hex:    "00000021 00000103 00000000 00000005 00 01 01 31 00 01 01 32 00 00 01 08 0424 0001 41",
		header: Header{Command: CommandDataSM, Sequence: 5},
		body: &DataSM{Source: Address{1, 1, "1"}, Destination: Address{1, 1, "2"}, RegisteredDelivery: 1, DataCoding: UCS2,
			TLVs: TLVs{{TagMessagePayload, []byte("A")}}},
	},
	{
		name:   "data_sm_resp",
		hex:    "00000012 80000103 00000000 00000005 39 00",
		header: Header{Command: CommandDataSMResp, Sequence: 5},
		body:   &DataSMResp{MessageID: "9"},
	},
	{
		name:   "alert_notification",
		hex:    "00000018 00000102 00000000 00000006 01 01 31 00 00 00 32 00",
		header: Header{Command: CommandAlertNotification, Sequence: 6},
		body:   &AlertNotification{Source: Address{1, 1, "1"}, ESME: Address{0, 0, "2"}},
	},
	{"enquire_link", "00000010 00000015 00000000 7FFFFFFF", Header{CommandEnquireLink, 0, MaxSequence}, &EnquireLink{}},
	{"enquire_link_resp", "00000010 80000015 00000000 7FFFFFFF", Header{CommandEnquireLinkResp, 0, MaxSequence}, &EnquireLinkResp{}},
	{"unbind", "00000010 00000006 00000000 00000008", Header{CommandUnbind, 0, 8}, &Unbind{}},
	{"unbind_resp", "00000010 80000006 00000000 00000008", Header{CommandUnbindResp, 0, 8}, &UnbindResp{}},
	{"generic_nack", "00000010 80000000 00000003 00000009", Header{CommandGenericNack, 3, 9}, &GenericNack{}},
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	for _, tt := range golden {
		t.Run(tt.name, func(t *testing.T) {
			want := unhex(t, tt.hex)
			got, err := Marshal(tt.header, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(hex.EncodeToString(want), hex.EncodeToString(got)); diff != "" {
				t.Errorf("encoded (-want +got):\n%s", diff)
			}
			h, body, err := Unmarshal(want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.header, h); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.body, body); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnmarshalBroken(t *testing.T) {
	const head = " 00000004 00000000 00000001 "
	tests := []struct {
		name, hex string
		status    Status
		err       error
	}{
		{name: "empty", hex: "", err: ErrLength},
		{name: "length below the header", hex: "0000000F 00000015 00000000 00000001", err: ErrLength},
		{name: "length beyond the bound", hex: "00010001 00000015 00000000 00000001", err: ErrLength},
		{name: "length other than the bytes", hex: "00000011 00000015 00000000 00000001", err: ErrLength},
		{name: "HTTP", hex: hex.EncodeToString([]byte("HTTP/1.1 400 Bad Request")), err: ErrNotSMPP},
		{name: "TLS alert", hex: "15030100 02022800 00000000 00000000", err: ErrNotSMPP},
		{name: "query_sm", hex: "00000010 00000003 00000000 00000001", err: ErrUnknownCommand},
		{name: "submit_sm without a body", hex: "00000010" + head, status: StatusInvalidCommandLength},
		{name: "service_type without an end", hex: "00000017" + head + "41414141414141", status: StatusInvalidCommandLength},
		{name: "sm_length beyond the body", hex: "00000021" + head + "00 000000 000000 00 00 00 00 00 00 00 00 00 09", status: StatusInvalidMessageLength},
		{name: "sm_length 255", hex: "00000021" + head + "00 000000 000000 00 00 00 00 00 00 00 00 00 FF", status: StatusInvalidMessageLength},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, body, err := Unmarshal(unhex(t, tt.hex))
			var field *FieldError
			switch {
			case err == nil:
				t.Fatalf("decoded to %+v", body)
			case tt.err != nil && !errors.Is(err, tt.err):
				t.Errorf("got %v, want %v", err, tt.err)
			case tt.err == nil && (!errors.As(err, &field) || field.Status != tt.status):
				t.Errorf("got %v, want status %v", err, tt.status)
			}
		})
	}
}

// Responses come cut in many ways; what is there is read.
func TestUnmarshalTolerant(t *testing.T) {
	tests := []struct {
		name, hex string
		want      PDU
	}{
		{"submit_sm_resp without a body", "00000010 80000004 00000000 00000001", &SubmitSMResp{}},
		{"message_id without its NUL", "00000012 80000004 00000000 00000001 3161", &SubmitSMResp{MessageID: "1a"}},
		{"a TLV cut short", "00000017 80000004 00000000 00000001 3161 00 0427 0009", &SubmitSMResp{MessageID: "1a"}},
		{"bytes behind enquire_link", "00000013 00000015 00000000 00000001 010203", &EnquireLink{}},
		{"a body with a failure", "00000012 80000004 0000000B 00000001 39 00", &SubmitSMResp{MessageID: "9"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got, err := Unmarshal(unhex(t, tt.hex))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMarshalRefuses(t *testing.T) {
	tests := []struct {
		name string
		body PDU
	}{
		{"a long system_id", &Bind{SystemID: strings.Repeat("x", 16)}},
		{"a NUL", &Bind{SystemID: "a\x00b"}},
		{"a long address", &SubmitSM{Destination: Address{1, 1, strings.Repeat("1", 21)}}},
		{"a long message", &SubmitSM{ShortMessage: make([]byte, 255)}},
		{"a PDU beyond the bound", &SubmitSM{TLVs: TLVs{{TagMessagePayload, make([]byte, 40000)}, {TagMessagePayload, make([]byte, 40000)}}}},
	}
	for _, tt := range tests {
		if b, err := Append([]byte("kept"), Header{}, tt.body); err == nil || string(b) != "kept" {
			t.Errorf("%s: %d bytes, %v", tt.name, len(b), err)
		}
	}
}

func TestStatusError(t *testing.T) {
	err := &StatusError{Status: StatusInvalidDestination, Command: CommandSubmitSMResp}
	if got, want := err.Error(), "submit_sm_resp 0x0000000B invalid destination address"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, tt := range golden {
		f.Add(unhex(f, tt.hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, body, err := Unmarshal(b)
		if err != nil {
			return
		}
		again, err := Marshal(h, body)
		if err != nil {
			t.Fatalf("decoded but not encoded: %v", err)
		}
		h2, body2, err := Unmarshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(h, h2) + cmp.Diff(body, body2); diff != "" {
			t.Errorf("(-first +second):\n%s", diff)
		}
	})
}
