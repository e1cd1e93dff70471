package smpp

import "fmt"

// A CommandID says what a PDU is. SMPP 3.4 §5.1.2.1.
type CommandID uint32

// The commands this package knows. Others are answered with generic_nack.
const (
	CommandGenericNack         CommandID = 0x80000000
	CommandBindReceiver        CommandID = 0x00000001
	CommandBindReceiverResp    CommandID = 0x80000001
	CommandBindTransmitter     CommandID = 0x00000002
	CommandBindTransmitterResp CommandID = 0x80000002
	CommandSubmitSM            CommandID = 0x00000004
	CommandSubmitSMResp        CommandID = 0x80000004
	CommandDeliverSM           CommandID = 0x00000005
	CommandDeliverSMResp       CommandID = 0x80000005
	CommandUnbind              CommandID = 0x00000006
	CommandUnbindResp          CommandID = 0x80000006
	CommandBindTransceiver     CommandID = 0x00000009
	CommandBindTransceiverResp CommandID = 0x80000009
	CommandEnquireLink         CommandID = 0x00000015
	CommandEnquireLinkResp     CommandID = 0x80000015
	CommandAlertNotification   CommandID = 0x00000102
	CommandDataSM              CommandID = 0x00000103
	CommandDataSMResp          CommandID = 0x80000103
)

// responseBit is set in the command_id of every response. SMPP 3.4 §5.1.2.1.
const responseBit CommandID = 0x80000000

var commandNames = map[CommandID]string{
	CommandGenericNack:         "generic_nack",
	CommandBindReceiver:        "bind_receiver",
	CommandBindReceiverResp:    "bind_receiver_resp",
	CommandBindTransmitter:     "bind_transmitter",
	CommandBindTransmitterResp: "bind_transmitter_resp",
	CommandSubmitSM:            "submit_sm",
	CommandSubmitSMResp:        "submit_sm_resp",
	CommandDeliverSM:           "deliver_sm",
	CommandDeliverSMResp:       "deliver_sm_resp",
	CommandUnbind:              "unbind",
	CommandUnbindResp:          "unbind_resp",
	CommandBindTransceiver:     "bind_transceiver",
	CommandBindTransceiverResp: "bind_transceiver_resp",
	CommandEnquireLink:         "enquire_link",
	CommandEnquireLinkResp:     "enquire_link_resp",
	CommandAlertNotification:   "alert_notification",
	CommandDataSM:              "data_sm",
	CommandDataSMResp:          "data_sm_resp",
}

// String returns the specification's name, or the number in hex.
func (c CommandID) String() string {
	if name, ok := commandNames[c]; ok {
		return name
	}
	return fmt.Sprintf("command 0x%08X", uint32(c))
}

// IsResponse reports whether c answers a request.
func (c CommandID) IsResponse() bool { return c&responseBit != 0 }
