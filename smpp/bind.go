package smpp

// A Mode is what an ESME binds as.
type Mode int

// The modes. The zero value is Transceiver, which can both submit and receive.
const (
	Transceiver Mode = iota
	Transmitter
	Receiver
)

// String returns "transceiver", "transmitter" or "receiver".
func (m Mode) String() string {
	switch m {
	case Transmitter:
		return "transmitter"
	case Receiver:
		return "receiver"
	}
	return "transceiver"
}

// CanSubmit reports whether submit_sm may go over such a bind.
func (m Mode) CanSubmit() bool { return m != Receiver }

// CanReceive reports whether deliver_sm may come over such a bind.
func (m Mode) CanReceive() bool { return m != Transmitter }

func (m Mode) command() CommandID {
	switch m {
	case Transmitter:
		return CommandBindTransmitter
	case Receiver:
		return CommandBindReceiver
	}
	return CommandBindTransceiver
}

// Version34 is interface_version for SMPP 3.4. §5.2.4.
const Version34 = 0x34

// maxPassword is the field's size. SMPP 3.4 §5.2.2 says 9, but carriers hand
// out longer ones.
const maxPassword = 65

// A Bind is bind_transceiver, bind_transmitter or bind_receiver, by its Mode.
// SMPP 3.4 §4.1.
type Bind struct {
	Mode             Mode
	SystemID         string // up to 15 characters
	Password         string // never logged
	SystemType       string // up to 12 characters
	InterfaceVersion byte   // Version34
	AddressTON       byte
	AddressNPI       byte
	AddressRange     string // up to 40 characters
	TLVs             TLVs
}

// Command depends on the mode.
func (b *Bind) Command() CommandID { return b.Mode.command() }

func (b *Bind) encode(e *encoder) {
	e.cstring("system_id", b.SystemID, 16)
	e.cstring("password", b.Password, maxPassword)
	e.cstring("system_type", b.SystemType, 13)
	e.u8(b.InterfaceVersion)
	e.u8(b.AddressTON)
	e.u8(b.AddressNPI)
	e.cstring("address_range", b.AddressRange, 41)
	e.tlvs(b.TLVs)
}

func (b *Bind) decode(d *decoder) {
	b.SystemID = d.cstring("system_id", 16)
	b.Password = d.cstring("password", maxPassword)
	b.SystemType = d.cstring("system_type", 13)
	b.InterfaceVersion = d.u8("interface_version")
	b.AddressTON = d.u8("addr_ton")
	b.AddressNPI = d.u8("addr_npi")
	b.AddressRange = d.cstring("address_range", 41)
	b.TLVs = d.tlvs()
}

// A BindResp answers a [Bind] of the same mode. SMPP 3.4 §4.1.2.
type BindResp struct {
	Mode     Mode
	SystemID string // the SMSC's
	TLVs     TLVs   // sc_interface_version, which may be missing
}

// Command depends on the mode.
func (b *BindResp) Command() CommandID { return b.Mode.command() | responseBit }

func (b *BindResp) encode(e *encoder) {
	e.cstring("system_id", b.SystemID, 16)
	e.tlvs(b.TLVs)
}

func (b *BindResp) decode(d *decoder) {
	b.SystemID = d.cstring("system_id", 16)
	b.TLVs = d.tlvs()
}
