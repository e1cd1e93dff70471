package audio

// A Decoder decodes sound that comes in pieces, such as packets: G.722 predicts
// each sample from those before. It belongs to one goroutine.
type Decoder struct {
	codec Codec
	g722  *g722
}

// NewDecoder returns a Decoder at rest.
func (c Codec) NewDecoder() *Decoder {
	d := &Decoder{codec: c}
	if c == G722 {
		d.g722 = newG722()
	}
	return d
}

// AppendDecoded appends the samples of the next piece to dst and returns it.
func (d *Decoder) AppendDecoded(dst []int16, data []byte) []int16 {
	if d.g722 != nil {
		return d.g722.appendDecoded(dst, data)
	}
	return d.codec.AppendDecoded(dst, data)
}
