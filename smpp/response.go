package smpp

// A SubmitSMResp gives the SMSC's name of a message it took. SMPP 3.4 §4.4.2.
type SubmitSMResp struct {
	MessageID string // up to 65 characters, opaque
	TLVs      TLVs
}

// Command is submit_sm_resp.
func (*SubmitSMResp) Command() CommandID { return CommandSubmitSMResp }

func (r *SubmitSMResp) encode(e *encoder) {
	e.cstring("message_id", r.MessageID, sizeMessageID)
	e.tlvs(r.TLVs)
}

func (r *SubmitSMResp) decode(d *decoder) {
	r.MessageID = d.cstring("message_id", sizeMessageID)
	r.TLVs = d.tlvs()
}

// A DeliverSMResp takes a deliver_sm; its message_id is unused. SMPP 3.4 §4.6.2.
type DeliverSMResp SubmitSMResp

// Command is deliver_sm_resp.
func (*DeliverSMResp) Command() CommandID { return CommandDeliverSMResp }

func (r *DeliverSMResp) encode(e *encoder) { (*SubmitSMResp)(r).encode(e) }
func (r *DeliverSMResp) decode(d *decoder) { (*SubmitSMResp)(r).decode(d) }

// A DataSMResp answers a data_sm. SMPP 3.4 §4.7.2.
type DataSMResp SubmitSMResp

// Command is data_sm_resp.
func (*DataSMResp) Command() CommandID { return CommandDataSMResp }

func (r *DataSMResp) encode(e *encoder) { (*SubmitSMResp)(r).encode(e) }
func (r *DataSMResp) decode(d *decoder) { (*SubmitSMResp)(r).decode(d) }
