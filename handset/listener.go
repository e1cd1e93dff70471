package handset

import (
	"github.com/pinbell/pinbell"
)

// Figures of a code within speech, in frames of 10 ms and digits.
const (
	runGap    = 90 // silence that ends a code; digits are nearer to each other
	nearGap   = 60 // a word this near to a code may have been one of its digits
	minDigits = 4
	maxDigits = 10
)

// A listener finds the codes that are spoken in a call, from its sound alone.
// It is fed as the sound comes and belongs to one goroutine.
type listener struct {
	templates *templates
	words     segmenter
	rest      []int16 // samples that did not fill a frame yet

	run      []spoken
	broken   bool // a word that may have been a digit stands right before the run
	lastEnd  int  // frame after the last word
	lastWord int  // its length

	readings []reading
}

// A spoken is a word that may be a digit.
type spoken struct {
	guesses []guess // by locale
}

// A reading is one time that a code was said.
type reading struct {
	digits  string
	locale  pinbell.Locale
	worst   float32 // distance of the least clear digit
	certain bool    // nothing about it was odd
	times   int     // that the same was read
}

func newListener(t *templates) *listener { return &listener{templates: t} }

// listen takes the samples that follow and reports whether it read a code in them.
func (l *listener) listen(samples []int16) bool {
	before := len(l.readings)
	read := false
	l.rest = append(l.rest, samples...)
	at := 0
	for ; at+window <= len(l.rest); at += hop {
		w, ended := l.words.add(l.templates.analyser.frame(l.rest[at:]))
		if ended {
			read = l.word(w) || read
		}
		if len(l.run) > 0 && l.words.quietFor(l.lastEnd) >= runGap {
			read = l.endRun(false) || read
		}
	}
	l.rest = append(l.rest[:0], l.rest[at:]...)
	return read || len(l.readings) > before
}

// finish is the end of the sound.
func (l *listener) finish() bool {
	read := l.listen(make([]int16, (wordGap+1)*hop+window))
	if w, ended := l.words.close(); ended {
		read = l.word(w) || read
	}
	return l.endRun(false) || read
}

// word takes the next word of the call.
func (l *listener) word(w word) (read bool) {
	gap := w.start - l.lastEnd
	guesses := l.templates.match(w)
	near := gap < nearGap && len(l.run) > 0
	if guesses == nil {
		read = l.endRun(near && w.end-w.start <= maxWord/2)
	} else {
		if gap >= runGap {
			read = l.endRun(false)
		}
		if len(l.run) == 0 {
			l.broken = gap < nearGap && l.lastWord > 0 && l.lastWord <= maxWord/2
		}
		if len(l.run) <= 2*maxDigits {
			l.run = append(l.run, spoken{guesses})
		}
	}
	l.lastEnd, l.lastWord = w.end, w.end-w.start
	return read
}

// endRun reads the words since the last silence as a code in the locale that
// they fit best. odd tells that a word right after them may have been a digit.
func (l *listener) endRun(odd bool) (read bool) {
	run := l.run
	l.run = nil
	var best reading
	for i, locale := range l.templates.locales {
		r := readAs(run, i)
		longer, as := len(r.digits) > len(best.digits), len(r.digits) == len(best.digits)
		if r.digits != "" && (longer || as && r.worst < best.worst) {
			r.locale = locale
			best = r
		}
	}
	if len(best.digits) < minDigits || len(best.digits) > maxDigits {
		return false
	}
	best.certain = !odd && !l.broken && len(best.digits) == len(run)
	l.keep(best)
	return true
}

// readAs reads the longest stretch of words that are digits of one locale.
func readAs(run []spoken, locale int) (best reading) {
	var now reading
	for i, s := range run {
		g := s.guesses[locale]
		if g.distance < doubtDistance {
			now.digits += string(g.digit)
			now.worst = max(now.worst, g.distance)
		}
		if g.distance >= doubtDistance || i == len(run)-1 {
			if len(now.digits) > len(best.digits) {
				best = now
			}
			now = reading{}
		}
	}
	return best
}

func (l *listener) keep(r reading) {
	for i := range l.readings {
		if old := &l.readings[i]; old.digits == r.digits {
			old.times++
			old.worst = min(old.worst, r.worst)
			old.certain = true
			return
		}
	}
	r.times = 1
	l.readings = append(l.readings, r)
}

// heard returns the code as it was best understood: read twice before read
// once, without doubt before with, and the first of equals.
func (l *listener) heard() (r reading, ok bool) {
	rank := func(r reading) int {
		n := 0
		if r.certain {
			n += 4
		}
		if r.times > 1 {
			n += 2
		}
		if r.worst < clearDistance {
			n++
		}
		return n
	}
	for _, next := range l.readings {
		if !ok || rank(next) > rank(r) {
			r, ok = next, true
		}
	}
	return r, ok
}
