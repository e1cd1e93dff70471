package playlist

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// Bounds of a carrier's fields.
const (
	maxName     = 64
	maxUsername = 64
	maxPassword = 128
	maxPrefix   = 16
)

// codecs are those of the vendor's, by the name that is kept; "" for what is
// not spoken here.
var codecs = map[string]string{
	"mulaw": "mulaw", "ulaw": "mulaw", "pcmu": "mulaw", "alaw": "alaw", "pcma": "alaw", "g729": "", "g723": "",
}

// readTrunk reads the body of POST /carriers and reports all that is wrong.
func readTrunk(p compat.Params) (Trunk, error) {
	var t Trunk
	f := compat.NewForm(p, "")
	t.Name, t.Prefix, t.Username, t.Password = f.Text("name"), f.Text("prefix"), f.Text("username"), f.Text("password")
	if t.Name == "" || !printable(t.Name, maxName) {
		f.Fault("name", "want 1 to 64 printable characters")
	}
	if !strings.EqualFold(f.Text("protocol"), "SIP") && p.Has("protocol") {
		f.Fault("protocol", "want SIP")
	}
	var err error
	t.Host, err = readHost(f.Text("host"))
	f.Add(err)
	if len(t.Prefix) > maxPrefix || strings.Trim(t.Prefix, "0123456789*#+") != "" {
		f.Fault("prefix", "want up to 16 of the digits, * # and +")
	}
	t.Codecs, err = readCodecs(p)
	f.Add(err)
	t.Register = f.Flag("register")
	if len(t.Username) > maxUsername || strings.ContainsFunc(t.Username, func(r rune) bool {
		return r >= utf8.RuneSelf || !isAlphanumeric(byte(r)) && !strings.ContainsRune("+-._*#", r)
	}) {
		f.Fault("username", "want up to 64 letters, digits and + - . _ * #")
	} else if t.Username == "" && t.Register {
		f.Fault("username", "is missing: registration takes one")
	}
	if !printable(t.Password, maxPassword) {
		f.Fault("password", "want up to 128 printable characters")
	}
	return t, f.Err()
}

// readHost takes "host" and "host:port": what may stand behind a SIP address's @.
func readHost(s string) (string, error) {
	address, err := pinbell.ParseAddress("sip:x@" + s)
	if err != nil {
		return "", pinbell.Invalid("host", "want a host name or an IP address, and a port where it is not 5060")
	}
	return strings.TrimPrefix(address, "sip:x@"), nil
}

// readCodecs keeps what is spoken here; there must be one.
func readCodecs(p compat.Params) ([]string, error) {
	list, err := p.List("codecs")
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return []string{"mulaw", "alaw"}, nil
	}
	var kept []string
	for _, name := range list {
		codec, known := codecs[strings.ToLower(name)]
		if !known {
			return nil, pinbell.Invalid("codecs", "want mulaw and alaw; g729 and g723 beside them")
		}
		if codec != "" && !slices.Contains(kept, codec) {
			kept = append(kept, codec)
		}
	}
	if len(kept) == 0 {
		return nil, pinbell.Invalid("codecs", "g729 and g723 are not spoken here: want mulaw or alaw as well")
	}
	return kept, nil
}

func printable(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}
