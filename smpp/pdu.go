package smpp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Bounds of command_length. The lower is the header's; the upper is ours, far
// above what the longest message with a message_payload needs.
const (
	HeaderSize = 16
	MaxPDUSize = 65536
)

// MaxSequence is the greatest sequence_number. SMPP 3.4 §5.1.4.
const MaxSequence = 0x7FFFFFFF

// A PDU is the body of one protocol data unit: [*Bind], [*BindResp],
// [*SubmitSM], [*SubmitSMResp], [*DeliverSM], [*DeliverSMResp], [*DataSM],
// [*DataSMResp], [*EnquireLink], [*EnquireLinkResp], [*Unbind], [*UnbindResp],
// [*GenericNack] or [*AlertNotification].
type PDU interface {
	// Command is the command_id that the body goes with.
	Command() CommandID

	encode(*encoder)
	decode(*decoder)
}

// A Header is what precedes each body, but for its length. SMPP 3.4 §3.2.
type Header struct {
	Command  CommandID
	Status   Status // 0 in requests
	Sequence uint32
}

// Errors of the framing. Each of them ends a session, because where the next
// PDU begins is not known any more.
var (
	ErrLength  = errors.New("smpp: command_length out of bounds")
	ErrNotSMPP = errors.New("smpp: this is not SMPP")
)

// ErrUnknownCommand means that a PDU is well framed but not one of ours.
var ErrUnknownCommand = errors.New("smpp: unknown command")

// A FieldError is a body that cannot be decoded, or a value that a field
// cannot hold. The value is not in it.
type FieldError struct {
	Command CommandID
	Field   string
	Reason  string
	Status  Status // that the sender of such a PDU is answered with
}

// Error names the PDU, the field and the fault.
func (e *FieldError) Error() string {
	return fmt.Sprintf("smpp: %s: %s %s", e.Command, e.Field, e.Reason)
}

// CheckLength judges the first four bytes of a PDU before anything is
// allocated for it. It returns command_length, or [ErrNotSMPP] where the bytes
// are how another protocol begins, or [ErrLength].
func CheckLength(first [4]byte) (int, error) {
	n := binary.BigEndian.Uint32(first[:])
	if n >= HeaderSize && n <= MaxPDUSize {
		return int(n), nil
	}
	switch string(first[:]) {
	case "HTTP", "GET ", "POST", "PUT ", "HEAD", "OPTI", "PRI ":
		return 0, fmt.Errorf("%w: the peer speaks HTTP", ErrNotSMPP)
	case "SSH-":
		return 0, fmt.Errorf("%w: the peer speaks SSH", ErrNotSMPP)
	case "220 ":
		return 0, fmt.Errorf("%w: the peer speaks SMTP or FTP", ErrNotSMPP)
	}
	// A TLS record: handshake (22) or alert (21), version 3.x. RFC 8446 §5.1.
	if (first[0] == 22 || first[0] == 21) && first[1] == 3 {
		return 0, fmt.Errorf("%w: the peer speaks TLS", ErrNotSMPP)
	}
	return 0, fmt.Errorf("%w: %d", ErrLength, n)
}

// Append adds one whole PDU to dst. h.Command is taken from the body. A
// response whose status is not 0 and whose body is empty is written without
// one, as SMPP 3.4 §4.4.2 has it. On an error dst comes back as it was.
func Append(dst []byte, h Header, body PDU) ([]byte, error) {
	e := encoder{b: dst, command: body.Command()}
	e.u32(0)
	e.u32(uint32(e.command))
	e.u32(uint32(h.Status))
	e.u32(h.Sequence)
	if !(h.Status != StatusOK && emptyResponse(body)) {
		body.encode(&e)
	}
	size := len(e.b) - len(dst)
	if e.err == nil && size > MaxPDUSize {
		e.err = fmt.Errorf("smpp: %s of %d bytes: %w", e.command, size, ErrLength)
	}
	if e.err != nil {
		return dst, e.err
	}
	binary.BigEndian.PutUint32(e.b[len(dst):], uint32(size))
	return e.b, nil
}

// Marshal returns one whole PDU.
func Marshal(h Header, body PDU) ([]byte, error) { return Append(nil, h, body) }

// Unmarshal reads one whole PDU, of which b must hold exactly the bytes; it
// keeps none of them. The header is valid whatever the error, but for
// [ErrLength] and [ErrNotSMPP]; other errors are [ErrUnknownCommand] and
// [*FieldError], after which the session can go on.
func Unmarshal(b []byte) (Header, PDU, error) {
	if len(b) < HeaderSize {
		return Header{}, nil, fmt.Errorf("%w: %d bytes", ErrLength, len(b))
	}
	n, err := CheckLength([4]byte(b[:4]))
	if err != nil {
		return Header{}, nil, err
	}
	if n != len(b) {
		return Header{}, nil, fmt.Errorf("%w: %d in %d bytes", ErrLength, n, len(b))
	}
	h := Header{
		Command:  CommandID(binary.BigEndian.Uint32(b[4:])),
		Status:   Status(binary.BigEndian.Uint32(b[8:])),
		Sequence: binary.BigEndian.Uint32(b[12:]),
	}
	body := newBody(h.Command)
	if body == nil {
		return h, nil, fmt.Errorf("%w: %s", ErrUnknownCommand, h.Command)
	}
	d := decoder{b: b[HeaderSize:], command: h.Command, lenient: h.Command.IsResponse()}
	body.decode(&d)
	if d.err != nil {
		return h, nil, d.err
	}
	return h, body, nil
}

// newBody returns an empty body of a command, nil for an unknown one.
func newBody(c CommandID) PDU {
	switch c {
	case CommandBindReceiver:
		return &Bind{Mode: Receiver}
	case CommandBindTransmitter:
		return &Bind{Mode: Transmitter}
	case CommandBindTransceiver:
		return &Bind{Mode: Transceiver}
	case CommandBindReceiverResp:
		return &BindResp{Mode: Receiver}
	case CommandBindTransmitterResp:
		return &BindResp{Mode: Transmitter}
	case CommandBindTransceiverResp:
		return &BindResp{Mode: Transceiver}
	case CommandSubmitSM:
		return new(SubmitSM)
	case CommandSubmitSMResp:
		return new(SubmitSMResp)
	case CommandDeliverSM:
		return new(DeliverSM)
	case CommandDeliverSMResp:
		return new(DeliverSMResp)
	case CommandDataSM:
		return new(DataSM)
	case CommandDataSMResp:
		return new(DataSMResp)
	case CommandEnquireLink:
		return new(EnquireLink)
	case CommandEnquireLinkResp:
		return new(EnquireLinkResp)
	case CommandUnbind:
		return new(Unbind)
	case CommandUnbindResp:
		return new(UnbindResp)
	case CommandGenericNack:
		return new(GenericNack)
	case CommandAlertNotification:
		return new(AlertNotification)
	}
	return nil
}

// responseTo returns an empty response of a request, nil where it has none.
func responseTo(req PDU) PDU {
	if c := req.Command(); !c.IsResponse() && c != CommandAlertNotification {
		return newBody(c | responseBit)
	}
	return nil
}

// emptyResponse reports whether a response body says nothing.
func emptyResponse(p PDU) bool {
	switch r := p.(type) {
	case *BindResp:
		return r.SystemID == "" && len(r.TLVs) == 0
	case *SubmitSMResp:
		return r.MessageID == "" && len(r.TLVs) == 0
	case *DeliverSMResp:
		return r.MessageID == "" && len(r.TLVs) == 0
	case *DataSMResp:
		return r.MessageID == "" && len(r.TLVs) == 0
	}
	return false
}
