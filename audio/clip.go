package audio

// A Clip is encoded sound in fragments that follow each other without a gap.
// Fragments are shared between calls: read them, never write to them.
type Clip [][]byte

// Len returns the number of bytes.
func (c Clip) Len() int {
	n := 0
	for _, fragment := range c {
		n += len(fragment)
	}
	return n
}

// Cursor returns a reader at the clip's start. It allocates nothing.
func (c Clip) Cursor() Cursor { return Cursor{rest: c} }

// A Cursor reads a Clip from start to end. The zero value is at an end.
type Cursor struct {
	rest   Clip
	offset int // into rest[0]
}

// Next fills frame with the clip's next bytes and returns how many there were.
// What is left of the frame is filled with pad, the codec's [Codec.Silence]; at
// the clip's end Next returns 0 and the whole frame is pad. It allocates
// nothing.
func (c *Cursor) Next(frame []byte, pad byte) int {
	n := 0
	for n < len(frame) && len(c.rest) > 0 {
		k := copy(frame[n:], c.rest[0][c.offset:])
		n += k
		c.offset += k
		c.settle()
	}
	for i := n; i < len(frame); i++ {
		frame[i] = pad
	}
	return n
}

// Done reports whether all of the clip was read.
func (c *Cursor) Done() bool {
	c.settle()
	return len(c.rest) == 0
}

// Left returns the number of bytes not yet read.
func (c *Cursor) Left() int { return c.rest.Len() - c.offset }

// settle steps over fragments that are read, and empty ones.
func (c *Cursor) settle() {
	for len(c.rest) > 0 && c.offset == len(c.rest[0]) {
		c.rest, c.offset = c.rest[1:], 0
	}
}
