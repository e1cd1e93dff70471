package audio

import "encoding/binary"

// streamed is the least size of a WAV file's data that stands for none: programs
// that write to a pipe do not know how much will come, and put 0, 0xFFFFFFFF or
// near 2 GiB there.
const streamed = 0x7FFF0000

// CutOff reports whether a WAV or MP3 file ends before it says it does, as one
// does that was not copied to its end. It reads headers only, and finds nothing
// in a file that tells no size.
func CutOff(file []byte) bool {
	if len(file) >= 12 && string(file[:4]) == "RIFF" {
		return wavCutOff(file[12:])
	}
	return mp3CutOff(file)
}

// wavCutOff looks for a chunk that is smaller than it says.
func wavCutOff(rest []byte) bool {
	for len(rest) >= 8 {
		id, size := string(rest[:4]), uint64(binary.LittleEndian.Uint32(rest[4:8]))
		rest = rest[8:]
		if id == "data" {
			return size < streamed && size > uint64(len(rest))
		}
		if size > uint64(len(rest)) {
			return true
		}
		rest = rest[min(len(rest), int(size+size&1)):]
	}
	return true // before its sound
}

// mp3CutOff steps over a tag (ID3v2 §3.1) and from frame to frame as long as
// they follow each other. The first may say how large all of them are, by what
// encoders call Xing or Info.
func mp3CutOff(rest []byte) bool {
	if len(rest) >= 10 && string(rest[:3]) == "ID3" {
		size := 10 + (int(rest[6])<<21 | int(rest[7])<<14 | int(rest[8])<<7 | int(rest[9]))
		if size > len(rest) {
			return true
		}
		rest = rest[size:]
	}
	if size, ok := xingSize(rest); ok && size > len(rest) {
		return true
	}
	for len(rest) >= 4 {
		size := mp3FrameSize(rest)
		if size == 0 {
			return false // another tag, or what is no sound
		}
		if size > len(rest) {
			return true
		}
		rest = rest[size:]
	}
	return false
}

// xingSize reads the size of all frames from the first, where that tells it: behind
// the side information, whose length depends on version and channels.
func xingSize(frame []byte) (int, bool) {
	if mp3FrameSize(frame) == 0 {
		return 0, false
	}
	mpeg1, mono := frame[1]&0x08 != 0, frame[3]>>6 == 3
	at := 4 + 17
	switch {
	case mpeg1 && !mono:
		at = 4 + 32
	case !mpeg1 && mono:
		at = 4 + 9
	}
	if len(frame) < at+16 || string(frame[at:at+4]) != "Xing" && string(frame[at:at+4]) != "Info" {
		return 0, false
	}
	const hasFrames, hasBytes = 1, 2
	flags, at := binary.BigEndian.Uint32(frame[at+4:]), at+8
	if flags&hasFrames != 0 {
		at += 4
	}
	return int(binary.BigEndian.Uint32(frame[at:])), flags&hasBytes != 0
}

// Bit rates of layer III in kbit/s, of MPEG-1 and of the lower sampling rates
// (ISO 11172-3 §2.4.2.3, ISO 13818-3 §2.4.2.3).
var mp3Rates = [2][16]int{
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

// mp3FrameSize returns the bytes of the frame whose header stands first; 0 where
// none does, or one of a bit rate of its own.
func mp3FrameSize(b []byte) int {
	if len(b) < 4 || !IsMP3(b) || string(b[:3]) == "ID3" {
		return 0
	}
	version, hertz := b[1]>>3&3, [4]int{44100, 48000, 32000, 0}[b[2]>>2&3]
	const mpeg25, reserved, mpeg1 = 0, 1, 3
	low, samples := 0, 1152
	switch version {
	case reserved:
		return 0
	case mpeg25:
		low, samples, hertz = 1, 576, hertz/4
	default:
		if version != mpeg1 {
			low, samples, hertz = 1, 576, hertz/2
		}
	}
	rate := mp3Rates[low][b[2]>>4]
	if rate == 0 || hertz == 0 {
		return 0
	}
	return samples/8*rate*1000/hertz + int(b[2]>>1&1)
}
