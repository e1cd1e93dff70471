package smpp

// Types of number and numbering plans. SMPP 3.4 §5.2.5, §5.2.6.
const (
	TONUnknown       = 0
	TONInternational = 1
	TONNetwork       = 3 // short codes
	TONAlphanumeric  = 5

	NPIUnknown = 0
	NPIISDN    = 1 // E.164
)

// Bits of esm_class. SMPP 3.4 §5.2.12.
const (
	ESMClassTypeMask     = 0x3C
	ESMClassReceipt      = 0x04
	ESMClassIntermediate = 0x20
	ESMClassUDHI         = 0x40 // short_message begins with a user data header
)

// RegisteredReceipt asks for a delivery receipt, be it success or failure.
// SMPP 3.4 §5.2.17.
const RegisteredReceipt = 0x01

// MaxShortMessage is the greatest sm_length. SMPP 3.4 §4.4.1.
const MaxShortMessage = 254

// Sizes of fields, with their NULs. SMPP 3.4 §4.4.1, §4.7.1; message_id is
// given one more than the specification's 65, since some SMSCs do not count
// the NUL.
const (
	sizeServiceType = 6
	sizeAddress     = 21
	sizeDataAddress = 65
	sizeTime        = 17
	sizeMessageID   = 66
)

// An Address is a number or name with what kind it is of. International
// numbers have no "+".
type Address struct {
	TON  byte
	NPI  byte
	Addr string // up to 20 characters; 64 in data_sm
}

// A SubmitSM is a message on its way to the SMSC. SMPP 3.4 §4.4.1.
type SubmitSM struct {
	ServiceType        string
	Source             Address
	Destination        Address
	ESMClass           byte
	ProtocolID         byte
	PriorityFlag       byte
	ScheduleDelivery   string // "" is now
	ValidityPeriod     string // see [RelativeTime]
	RegisteredDelivery byte
	ReplaceIfPresent   byte
	DataCoding         DataCoding
	DefaultMessageID   byte
	ShortMessage       []byte // up to 254 bytes; longer ones go in message_payload
	TLVs               TLVs
}

// Command is submit_sm.
func (*SubmitSM) Command() CommandID { return CommandSubmitSM }

func (m *SubmitSM) encode(e *encoder) {
	e.cstring("service_type", m.ServiceType, sizeServiceType)
	e.address("source_addr", m.Source, sizeAddress)
	e.address("destination_addr", m.Destination, sizeAddress)
	e.u8(m.ESMClass)
	e.u8(m.ProtocolID)
	e.u8(m.PriorityFlag)
	e.cstring("schedule_delivery_time", m.ScheduleDelivery, sizeTime)
	e.cstring("validity_period", m.ValidityPeriod, sizeTime)
	e.u8(m.RegisteredDelivery)
	e.u8(m.ReplaceIfPresent)
	e.u8(byte(m.DataCoding))
	e.u8(m.DefaultMessageID)
	if len(m.ShortMessage) > MaxShortMessage {
		e.fail("short_message", "is longer than 254 bytes", StatusInvalidMessageLength)
		return
	}
	e.u8(byte(len(m.ShortMessage)))
	e.b = append(e.b, m.ShortMessage...)
	e.tlvs(m.TLVs)
}

func (m *SubmitSM) decode(d *decoder) {
	m.ServiceType = d.cstring("service_type", sizeServiceType)
	m.Source = d.address("source_addr", sizeAddress)
	m.Destination = d.address("destination_addr", sizeAddress)
	m.ESMClass = d.u8("esm_class")
	m.ProtocolID = d.u8("protocol_id")
	m.PriorityFlag = d.u8("priority_flag")
	m.ScheduleDelivery = d.cstring("schedule_delivery_time", sizeTime)
	m.ValidityPeriod = d.cstring("validity_period", sizeTime)
	m.RegisteredDelivery = d.u8("registered_delivery")
	m.ReplaceIfPresent = d.u8("replace_if_present_flag")
	m.DataCoding = DataCoding(d.u8("data_coding"))
	m.DefaultMessageID = d.u8("sm_default_msg_id")
	n := int(d.u8("sm_length"))
	if n > MaxShortMessage {
		d.fail("sm_length", "is over 254", StatusInvalidMessageLength)
	}
	m.ShortMessage = d.octets("short_message", n)
	m.TLVs = d.tlvs()
}

// A DeliverSM is a message or a receipt on its way from the SMSC. It has the
// fields of a SubmitSM. SMPP 3.4 §4.6.1.
type DeliverSM SubmitSM

// Command is deliver_sm.
func (*DeliverSM) Command() CommandID { return CommandDeliverSM }

func (m *DeliverSM) encode(e *encoder) { (*SubmitSM)(m).encode(e) }
func (m *DeliverSM) decode(d *decoder) { (*SubmitSM)(m).decode(d) }

// A DataSM is the shorter form of both, whose text is in message_payload.
// SMPP 3.4 §4.7.1.
type DataSM struct {
	ServiceType        string
	Source             Address
	Destination        Address
	ESMClass           byte
	RegisteredDelivery byte
	DataCoding         DataCoding
	TLVs               TLVs
}

// Command is data_sm.
func (*DataSM) Command() CommandID { return CommandDataSM }

func (m *DataSM) encode(e *encoder) {
	e.cstring("service_type", m.ServiceType, sizeServiceType)
	e.address("source_addr", m.Source, sizeDataAddress)
	e.address("destination_addr", m.Destination, sizeDataAddress)
	e.u8(m.ESMClass)
	e.u8(m.RegisteredDelivery)
	e.u8(byte(m.DataCoding))
	e.tlvs(m.TLVs)
}

func (m *DataSM) decode(d *decoder) {
	m.ServiceType = d.cstring("service_type", sizeServiceType)
	m.Source = d.address("source_addr", sizeDataAddress)
	m.Destination = d.address("destination_addr", sizeDataAddress)
	m.ESMClass = d.u8("esm_class")
	m.RegisteredDelivery = d.u8("registered_delivery")
	m.DataCoding = DataCoding(d.u8("data_coding"))
	m.TLVs = d.tlvs()
}

// Deliver returns m as the deliver_sm that says the same.
func (m *DataSM) Deliver() *DeliverSM {
	return &DeliverSM{
		ServiceType: m.ServiceType, Source: m.Source, Destination: m.Destination, ESMClass: m.ESMClass,
		RegisteredDelivery: m.RegisteredDelivery, DataCoding: m.DataCoding, TLVs: m.TLVs,
	}
}
