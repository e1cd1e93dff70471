package handset

// Figures of the segmenter, in frames of 10 ms. Digits of a code are at least
// 250 ms apart; a stop within a word, as in "eight", is shorter than wordGap.
const (
	wordGap  = 16  // silence that ends a word
	preRoll  = 8   // frames kept before a word's first loud one
	maxWord  = 160 // longer ones are speech, not a digit
	minWord  = 8   // shorter ones are clicks
	loudness = -50 // dB; a frame below it is silence
	fade     = 38  // dB below the loudest frame so far that are silence as well
)

// A word is a stretch of sound between silences.
type word struct {
	start, end int     // frames since the start, from the first loud one to after the last
	frames     []frame // from preRoll before start to end; nil for speech too long to be a digit
	lead       int     // how many frames precede start
}

// A segmenter cuts a stream of frames into words. It keeps a word's frames
// while it is heard and nothing else.
type segmenter struct {
	at      int // number of frames seen
	peak    float32
	recent  []frame // up to preRoll frames before now, or the word under way
	open    bool
	long    bool
	start   int
	lead    int
	loudEnd int // after the last loud frame
}

// add takes the next frame and returns the word that it ended, if any.
func (s *segmenter) add(f frame) (w word, ended bool) {
	if s.at == 0 {
		s.peak = loudness
	}
	s.peak = max(s.peak, f.level)
	loud := f.level > max(loudness, s.peak-fade)
	now := s.at
	s.at++
	if !s.open {
		if loud {
			s.open, s.long, s.start, s.lead = true, false, now, len(s.recent)
			s.loudEnd = now + 1
		} else if len(s.recent) == preRoll {
			s.recent = append(s.recent[:0], s.recent[1:]...)
		}
		s.recent = append(s.recent, f)
		return word{}, false
	}
	if loud {
		s.loudEnd = now + 1
	}
	if s.long = s.long || now-s.start > maxWord+wordGap; !s.long {
		s.recent = append(s.recent, f)
	} else {
		s.recent = append(s.recent[:0], f)
	}
	if now+1-s.loudEnd >= wordGap {
		return s.close()
	}
	return word{}, false
}

// close ends the word under way.
func (s *segmenter) close() (w word, ended bool) {
	if !s.open {
		return word{}, false
	}
	w = word{start: s.start, end: s.loudEnd, lead: s.lead}
	if !s.long && w.end-w.start <= maxWord {
		w.frames = s.recent
	}
	s.open = false
	s.recent = append([]frame(nil), s.recent[max(0, len(s.recent)-preRoll):]...)
	return w, w.end-w.start >= minWord
}

// quietFor returns how many frames of silence were heard last.
func (s *segmenter) quietFor(lastEnd int) int {
	if s.open {
		return 0
	}
	return s.at - lastEnd
}
