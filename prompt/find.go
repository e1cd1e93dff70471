package prompt

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// An installed engine is a program that speaks some languages, each by a voice
// of its own. It runs as a [Command], the words on its standard input, where no
// other user of the machine sees them.
type installed struct {
	name  string
	argv  []string // with {voice} for the voice
	voice func(l pinbell.Locale, gender string) string
}

// FindEngine returns a speech engine that is installed on this machine:
// espeak-ng, which speaks most languages, or else flite, which speaks English.
// Its Speaks method tells which; what it does not speak is an error that wraps
// [pinbell.ErrUnavailable].
func FindEngine() (Engine, bool) {
	for _, e := range []installed{espeak, flite} {
		if path, err := exec.LookPath(e.name); err == nil {
			e.argv = append([]string{path}, e.argv...)
			return e, true
		}
	}
	return nil, false
}

// ID is the program's name.
func (e installed) ID() string { return e.name }

// Speaks reports whether the engine has a voice for a locale.
func (e installed) Speaks(l pinbell.Locale) bool { return e.voice(l, "") != "" }

// Synthesize runs the program.
func (e installed) Synthesize(ctx context.Context, r Request) (audio.PCM, error) {
	voice := e.voice(r.Locale, r.Gender)
	if voice == "" {
		return audio.PCM{}, fmt.Errorf("speech engine %s: %s: %w", e.name, r.Locale, pinbell.ErrUnavailable)
	}
	argv := slices.Clone(e.argv)
	for i := range argv {
		argv[i] = strings.ReplaceAll(argv[i], "{voice}", voice)
	}
	return Command{Argv: argv}.Synthesize(ctx, r)
}

// flite's rms is the clearest of the English voices on a telephone line.
var flite = installed{name: "flite", argv: []string{"-voice", "{voice}", "-o", "{out}"}, voice: func(l pinbell.Locale, gender string) string {
	switch {
	case l.Language() != "en":
		return ""
	case gender == "female":
		return "slt"
	}
	return "rms"
}}

// espeak-ng at 140 words a minute; -b 1 is UTF-8.
var espeak = installed{name: "espeak-ng", argv: []string{"-v", "{voice}", "-s", "140", "-b", "1", "--stdin", "-w", "{out}"}, voice: func(l pinbell.Locale, gender string) string {
	voice := espeakVoice(l)
	switch {
	case voice == "":
		return ""
	case gender == "female":
		return voice + "+f3"
	}
	return voice + "+klatt2" // as the voice packs have it
}}

func espeakVoice(l pinbell.Locale) string {
	if voice, ok := espeakRegions[l]; ok {
		return voice
	}
	if voice, ok := espeakOther[l.Language()]; ok {
		return voice
	}
	if slices.Contains(espeakLanguages, l.Language()) {
		return l.Language()
	}
	return ""
}

// espeakLanguages are the voices of espeak-ng 1.51 that are named after their
// language. Not there: Japanese and Hebrew, whose usual writing it cannot read,
// and Thai, which it spells.
var espeakLanguages = strings.Fields(`af am ar az be bg bn bs ca cs cy da de el es et eu fa fi ga gd gu hi hr hu hy
	id is it ka kk kn ko ky lt lv mk ml mr ms mt my nb ne nl pa pl pt ro ru si sk sl sq sr sv sw ta te tr ur uk uz vi yue`)

// espeakOther are its voices for languages that it names otherwise.
var espeakOther = map[string]string{"en": "en-us", "fr": "fr-fr", "zh": "cmn-latn-pinyin", "no": "nb"}

// espeakRegions are its voices for countries.
var espeakRegions = map[pinbell.Locale]string{
	"en-GB": "en-gb", "en-AU": "en-gb", "en-IE": "en-gb", "en-IN": "en-gb", "en-NZ": "en-gb", "en-ZA": "en-gb",
	"es-MX": "es-419", "es-US": "es-419", "es-419": "es-419", "es-AR": "es-419", "es-CL": "es-419", "es-CO": "es-419", "es-PE": "es-419",
	"fr-BE": "fr-be", "fr-CH": "fr-ch", "pt-BR": "pt-br", "zh-HK": "yue", "zh-MO": "yue",
}
