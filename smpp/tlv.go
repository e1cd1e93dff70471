package smpp

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// A Tag names an optional parameter. SMPP 3.4 §5.3.2.
type Tag uint16

// The tags this package reads. Others are kept as they are; 0x1400 to 0x3FFF
// belong to carriers.
const (
	TagReceiptedMessageID   Tag = 0x001E
	TagUserMessageReference Tag = 0x0204
	TagSARMessageRef        Tag = 0x020C
	TagSARTotalSegments     Tag = 0x020E
	TagSARSegment           Tag = 0x020F
	TagSCInterfaceVersion   Tag = 0x0210
	TagNetworkErrorCode     Tag = 0x0423
	TagMessagePayload       Tag = 0x0424
	TagMessageState         Tag = 0x0427
	TagCongestionState      Tag = 0x0428 // SMPP 5.0 §4.8.4.18
)

var tagNames = map[Tag]string{
	TagReceiptedMessageID:   "receipted_message_id",
	TagUserMessageReference: "user_message_reference",
	TagSARMessageRef:        "sar_msg_ref_num",
	TagSARTotalSegments:     "sar_total_segments",
	TagSARSegment:           "sar_segment_seqnum",
	TagSCInterfaceVersion:   "sc_interface_version",
	TagNetworkErrorCode:     "network_error_code",
	TagMessagePayload:       "message_payload",
	TagMessageState:         "message_state",
	TagCongestionState:      "congestion_state",
}

// String returns the specification's name, or the number in hex.
func (t Tag) String() string {
	if name, ok := tagNames[t]; ok {
		return name
	}
	return fmt.Sprintf("tlv 0x%04X", uint16(t))
}

// A TLV is one optional parameter.
type TLV struct {
	Tag   Tag
	Value []byte
}

// TLVs are the optional parameters of a PDU in their order on the wire.
type TLVs []TLV

// Find returns the first value of a tag.
func (l TLVs) Find(t Tag) ([]byte, bool) {
	for _, v := range l {
		if v.Tag == t {
			return v.Value, true
		}
	}
	return nil, false
}

// Text returns a value as a string, with or without the NUL that it may end in.
func (l TLVs) Text(t Tag) (string, bool) {
	v, ok := l.Find(t)
	if i := bytes.IndexByte(v, 0); i >= 0 {
		v = v[:i]
	}
	return string(v), ok
}

// Uint returns a value of one, two or four bytes as a number.
func (l TLVs) Uint(t Tag) (uint32, bool) {
	switch v, _ := l.Find(t); len(v) {
	case 1:
		return uint32(v[0]), true
	case 2:
		return uint32(binary.BigEndian.Uint16(v)), true
	case 4:
		return binary.BigEndian.Uint32(v), true
	}
	return 0, false
}
