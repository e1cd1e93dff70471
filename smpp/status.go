package smpp

import "fmt"

// A Status is a command_status: 0 is success. SMPP 3.4 §5.1.3.
type Status uint32

// The statuses that code asks for by name; all of the specification's have
// words in [Status.String].
const (
	StatusOK                    Status = 0x00
	StatusInvalidMessageLength  Status = 0x01
	StatusInvalidCommandLength  Status = 0x02
	StatusInvalidCommandID      Status = 0x03
	StatusInvalidBindState      Status = 0x04
	StatusAlreadyBound          Status = 0x05
	StatusSystemError           Status = 0x08
	StatusInvalidSource         Status = 0x0A
	StatusInvalidDestination    Status = 0x0B
	StatusBindFailed            Status = 0x0D
	StatusInvalidPassword       Status = 0x0E
	StatusInvalidSystemID       Status = 0x0F
	StatusQueueFull             Status = 0x14
	StatusInvalidESMClass       Status = 0x43
	StatusSubmitFailed          Status = 0x45
	StatusThrottled             Status = 0x58
	StatusInvalidValidityPeriod Status = 0x62
	StatusTemporaryError        Status = 0x64 // the receiver's; send it again
	StatusPermanentError        Status = 0x65 // the receiver's; do not
	StatusRejected              Status = 0x66
	StatusDeliveryFailed        Status = 0xFE
	StatusUnknownError          Status = 0xFF
)

// statusNames follows SMPP 3.4 §5.1.3, Table 5-2.
var statusNames = map[Status]string{
	0x00: "ok",
	0x01: "invalid message length",
	0x02: "invalid command length",
	0x03: "invalid command id",
	0x04: "incorrect bind status for the command",
	0x05: "already bound",
	0x06: "invalid priority flag",
	0x07: "invalid registered delivery flag",
	0x08: "system error",
	0x0A: "invalid source address",
	0x0B: "invalid destination address",
	0x0C: "invalid message id",
	0x0D: "bind failed",
	0x0E: "invalid password",
	0x0F: "invalid system id",
	0x11: "cancel failed",
	0x13: "replace failed",
	0x14: "message queue full",
	0x15: "invalid service type",
	0x33: "invalid number of destinations",
	0x34: "invalid distribution list name",
	0x40: "invalid destination flag",
	0x42: "invalid submit with replace request",
	0x43: "invalid esm_class",
	0x44: "cannot submit to distribution list",
	0x45: "submit failed",
	0x48: "invalid source address ton",
	0x49: "invalid source address npi",
	0x50: "invalid destination address ton",
	0x51: "invalid destination address npi",
	0x53: "invalid system type",
	0x54: "invalid replace_if_present flag",
	0x55: "invalid number of messages",
	0x58: "throttled",
	0x61: "invalid scheduled delivery time",
	0x62: "invalid validity period",
	0x63: "invalid predefined message",
	0x64: "receiver temporary error",
	0x65: "receiver permanent error",
	0x66: "receiver rejected the message",
	0x67: "query failed",
	0xC0: "error in the optional part",
	0xC1: "optional parameter not allowed",
	0xC2: "invalid parameter length",
	0xC3: "expected optional parameter missing",
	0xC4: "invalid optional parameter value",
	0xFE: "delivery failure",
	0xFF: "unknown error",
}

// String returns what the status means, in words.
func (s Status) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	if s >= 0x400 && s <= 0x4FF {
		return "carrier's own error" // SMPP 3.4 §5.1.3: reserved for SMSC vendors
	}
	return "reserved error"
}

// Throttled reports whether the peer only wants us to go slower. Carriers use
// both statuses for the same thing.
func (s Status) Throttled() bool { return s == StatusThrottled || s == StatusQueueFull }

// A StatusError is a response whose status is not 0: the peer has answered,
// so the request was not taken.
type StatusError struct {
	Status  Status
	Command CommandID // of the response
}

// Error names command, number and meaning:
// "submit_sm_resp 0x0000000B invalid destination address".
func (e *StatusError) Error() string {
	return fmt.Sprintf("%s 0x%08X %s", e.Command, uint32(e.Status), e.Status)
}
