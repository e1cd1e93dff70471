package prompt

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

//go:embed packs
var embedded embed.FS

// packRate is the rate of recordings in a pack, in Hz.
const packRate = 8000

// A Catalog is the text of a voice pack: what is said, and by what.
type Catalog struct {
	Locale  pinbell.Locale            `toml:"locale"`
	Also    []pinbell.Locale          `toml:"also"` // other locales that it speaks for, where they have no pack
	Gender  string                    `toml:"gender"`
	Engine  []string                  `toml:"engine"` // argv that spoke it; see [Command]
	Voice   string                    `toml:"voice"`
	Licence string                    `toml:"licence"`
	Digits  [10]string                `toml:"digits"`  // the words for 0 to 9
	Between []string                  `toml:"between"` // words that may stand before a digit and are not missed
	Phrases map[pinbell.Phrase]string `toml:"phrases"`
	Spoken  map[string]string         `toml:"spoken"` // by recording: what the engine is given, where it misreads the words
}

// ParseCatalog reads a pack.toml. Every digit and phrase must have words.
func ParseCatalog(text []byte) (Catalog, error) {
	var c Catalog
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("pack.toml: %w", err)
	}
	for i, words := range c.Digits {
		if words == "" {
			return c, fmt.Errorf("pack.toml: digit %d has no words", i)
		}
	}
	for _, p := range pinbell.Phrases() {
		if c.Phrases[p] == "" {
			return c, fmt.Errorf("pack.toml: phrase %q has no words", p)
		}
	}
	for name := range c.Spoken {
		if !slices.Contains(names(), name) {
			return c, fmt.Errorf("pack.toml: there is no recording %q to be spoken", name)
		}
	}
	return c, nil
}

// Program is the name of the engine that spoke the pack, as in "flite"; ""
// where people did.
func (c Catalog) Program() string {
	if len(c.Engine) == 0 {
		return ""
	}
	return path.Base(c.Engine[0])
}

// script returns the text of a recording for the engine.
func (c Catalog) script(name string) string {
	if text, ok := c.Spoken[name]; ok {
		return text
	}
	if d, err := strconv.Atoi(name); err == nil {
		return c.Digits[d]
	}
	return c.Phrases[pinbell.Phrase(name)]
}

// A pack is a voice pack, loaded when it is first spoken.
type pack struct {
	Catalog
	fs      fs.FS
	load    func() (recordings, error)
	encoded sync.Map // audio.Codec → encodedPack
}

// recordings are a pack's sounds by file name without its ending: "7", "greeting".
type recordings map[string]audio.PCM

// encodedPack is the same, encoded.
type encodedPack map[string][]byte

// openPacks reads the catalogues of all packs in a folder; recordings wait.
func openPacks(packs fs.FS) (map[pinbell.Locale]*pack, error) {
	dirs, err := fs.ReadDir(packs, ".")
	if err != nil {
		return nil, fmt.Errorf("voice packs: %w", err)
	}
	found := map[pinbell.Locale]*pack{}
	for _, dir := range dirs {
		sub, err := fs.Sub(packs, dir.Name())
		if err != nil {
			return nil, fmt.Errorf("voice pack %s: %w", dir.Name(), err)
		}
		text, err := fs.ReadFile(sub, "pack.toml")
		if err != nil {
			return nil, fmt.Errorf("voice pack %s: %w", dir.Name(), err)
		}
		c, err := ParseCatalog(text)
		if err != nil {
			return nil, fmt.Errorf("voice pack %s: %w", dir.Name(), err)
		}
		p := &pack{Catalog: c, fs: sub}
		p.load = sync.OnceValues(p.read)
		found[c.Locale] = p
	}
	return found, nil
}

// names lists the recordings every pack has.
func names() []string {
	var list []string
	for d := range 10 {
		list = append(list, fmt.Sprint(d))
	}
	for _, p := range pinbell.Phrases() {
		list = append(list, string(p))
	}
	return list
}

func (p *pack) read() (recordings, error) {
	r := recordings{}
	for _, name := range names() {
		file, err := fs.ReadFile(p.fs, name+".wav")
		if err != nil {
			return nil, fmt.Errorf("voice pack %s: %w", p.Locale, err)
		}
		sound, err := audio.ReadWAV(bytes.NewReader(file))
		if err != nil {
			return nil, fmt.Errorf("voice pack %s: %s: %w", p.Locale, name, err)
		}
		r[name] = audio.Resample(sound, packRate)
	}
	return r, nil
}

// encode returns the pack in a codec, encoding it the first time.
func (p *pack) encode(codec audio.Codec) (encodedPack, error) {
	if e, ok := p.encoded.Load(codec); ok {
		return e.(encodedPack), nil
	}
	sounds, err := p.load()
	if err != nil {
		return nil, err
	}
	e := make(encodedPack, len(sounds))
	for name, sound := range sounds {
		e[name] = codec.Encode(audio.Resample(sound, codec.SampleRate()).Samples)
	}
	p.encoded.Store(codec, e)
	return e, nil
}

// locales lists packs in a stable order.
func locales(packs map[pinbell.Locale]*pack) []pinbell.Locale {
	list := make([]pinbell.Locale, 0, len(packs))
	for l := range packs {
		list = append(list, l)
	}
	slices.Sort(list)
	return list
}
