package smpp

import (
	"encoding/binary"
	"errors"
)

// Information elements of a user data header that tell parts of one message.
// 3GPP TS 23.040 §9.2.3.24.1, §9.2.3.24.8.
const (
	ieConcat8  = 0x00
	ieConcat16 = 0x08
)

// A Part is one piece of a message: the whole of it where Total is 1.
type Part struct {
	Ref    uint16 // the same in all parts
	Total  int    // 1 to 255
	Number int    // 1 to Total
	Coding DataCoding
	Data   []byte // without the header
}

// Text decodes what this part alone says.
func (p Part) Text() string { return DecodeText(p.Coding, p.Data) }

var errUDH = errors.New("smpp: broken user data header")

// Part takes a message apart: its user data header (esm_class 0x40), its
// sar_* parameters and its message_payload. An error means that the header is
// broken.
func (m *SubmitSM) Part() (Part, error) {
	p := Part{Total: 1, Number: 1, Coding: m.DataCoding, Data: m.ShortMessage}
	if payload, ok := m.TLVs.Find(TagMessagePayload); ok && len(p.Data) == 0 {
		p.Data = payload
	}
	if m.ESMClass&ESMClassUDHI != 0 {
		return p, p.header()
	}
	ref, ok := m.TLVs.Uint(TagSARMessageRef)
	total, _ := m.TLVs.Uint(TagSARTotalSegments)
	number, _ := m.TLVs.Uint(TagSARSegment)
	if ok && total >= 1 && total <= 255 && number >= 1 && number <= total {
		p.Ref, p.Total, p.Number = uint16(ref), int(total), int(number)
	}
	return p, nil
}

// Part is [SubmitSM.Part].
func (m *DeliverSM) Part() (Part, error) { return (*SubmitSM)(m).Part() }

// header takes the user data header off the data. 3GPP TS 23.040 §9.2.3.24.
func (p *Part) header() error {
	if len(p.Data) == 0 || int(p.Data[0]) >= len(p.Data) {
		return errUDH
	}
	ies := p.Data[1 : 1+int(p.Data[0])]
	p.Data = p.Data[1+int(p.Data[0]):]
	for len(ies) > 0 {
		if len(ies) < 2 || len(ies) < 2+int(ies[1]) {
			return errUDH
		}
		id, v := ies[0], ies[2:2+int(ies[1])]
		ies = ies[2+len(v):]
		var ref uint16
		switch {
		case id == ieConcat8 && len(v) == 3:
			ref = uint16(v[0])
		case id == ieConcat16 && len(v) == 4:
			ref = binary.BigEndian.Uint16(v)
		default:
			continue
		}
		if total, number := int(v[len(v)-2]), int(v[len(v)-1]); number >= 1 && number <= total {
			p.Ref, p.Total, p.Number = ref, total, number
		} // else ignored, as 3GPP TS 23.040 §9.2.3.24.1 asks
	}
	return nil
}
