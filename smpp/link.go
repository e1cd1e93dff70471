package smpp

// An EnquireLink asks whether the peer is alive. SMPP 3.4 §4.11.1.
type EnquireLink struct{}

// An EnquireLinkResp says that it is. SMPP 3.4 §4.11.2.
type EnquireLinkResp struct{}

// An Unbind asks to end the session. SMPP 3.4 §4.2.1.
type Unbind struct{}

// An UnbindResp agrees. SMPP 3.4 §4.2.2.
type UnbindResp struct{}

// A GenericNack answers what has no response of its own. SMPP 3.4 §4.3.1.
type GenericNack struct{}

// Command is enquire_link.
func (*EnquireLink) Command() CommandID { return CommandEnquireLink }

// Command is enquire_link_resp.
func (*EnquireLinkResp) Command() CommandID { return CommandEnquireLinkResp }

// Command is unbind.
func (*Unbind) Command() CommandID { return CommandUnbind }

// Command is unbind_resp.
func (*UnbindResp) Command() CommandID { return CommandUnbindResp }

// Command is generic_nack.
func (*GenericNack) Command() CommandID { return CommandGenericNack }

func (*EnquireLink) encode(*encoder)     {}
func (*EnquireLink) decode(*decoder)     {}
func (*EnquireLinkResp) encode(*encoder) {}
func (*EnquireLinkResp) decode(*decoder) {}
func (*Unbind) encode(*encoder)          {}
func (*Unbind) decode(*decoder)          {}
func (*UnbindResp) encode(*encoder)      {}
func (*UnbindResp) decode(*decoder)      {}
func (*GenericNack) encode(*encoder)     {}
func (*GenericNack) decode(*decoder)     {}

// An AlertNotification says that a handset can be reached again. It has no
// response. SMPP 3.4 §4.12.1.
type AlertNotification struct {
	Source Address // the handset
	ESME   Address
	TLVs   TLVs
}

// Command is alert_notification.
func (*AlertNotification) Command() CommandID { return CommandAlertNotification }

func (a *AlertNotification) encode(e *encoder) {
	e.address("source_addr", a.Source, sizeDataAddress)
	e.address("esme_addr", a.ESME, sizeDataAddress)
	e.tlvs(a.TLVs)
}

func (a *AlertNotification) decode(d *decoder) {
	a.Source = d.address("source_addr", sizeDataAddress)
	a.ESME = d.address("esme_addr", sizeDataAddress)
	a.TLVs = d.tlvs()
}
