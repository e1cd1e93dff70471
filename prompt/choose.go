package prompt

import "github.com/pinbell/pinbell"

// leaveOut removes the packs that some engines spoke. A name that fits no pack
// is an error, since the packs that were meant would stay.
func leaveOut(packs map[pinbell.Locale]*pack, engines []string) error {
	for _, engine := range engines {
		before := len(packs)
		for l, p := range packs {
			if p.Program() == engine {
				delete(packs, l)
			}
		}
		if len(packs) == before {
			return pinbell.Invalid("prompt.without", "no voice pack is spoken by %q", engine)
		}
	}
	return nil
}

// standIns tells which pack speaks for a locale, or for a language, that has
// none: the one that names it, or else the first of the language.
func standIns(packs map[pinbell.Locale]*pack) map[pinbell.Locale]pinbell.Locale {
	found := map[pinbell.Locale]pinbell.Locale{}
	for _, packed := range locales(packs) {
		for _, l := range packs[packed].Also {
			found[l] = packed
		}
	}
	for _, packed := range locales(packs) {
		if language := pinbell.Locale(packed.Language()); found[language] == "" {
			found[language] = packed
		}
	}
	return found
}
