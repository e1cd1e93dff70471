package prompt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
)

// An Engine turns words into speech. It is never asked to say a code. One that
// does not speak every language also has a method Speaks(pinbell.Locale) bool.
// Engines: [Command], [OpenAI], [Piper], what [FindEngine] finds, and a [Chain]
// of them.
type Engine interface {
	// Synthesize returns the speech at any rate and level. Errors do not hold
	// the words; they wrap [ErrWords] where the engine is well and only cannot
	// say this text.
	Synthesize(context.Context, Request) (audio.PCM, error)
	// ID names engine and voice; it changes when the sound would.
	ID() string
}

// A Request is what an engine is asked to say.
type Request struct {
	Locale pinbell.Locale
	Gender string // "female", "male" or "" for the engine's own
	Text   string

	private bool // what is said is not kept for long
}

// ErrWords is wrapped by the error of an engine that cannot say a text, but
// others.
var ErrWords = errors.New("these words cannot be said")

// Command is an [Engine] that runs a program for each request, without a
// shell. In the arguments {text}, {locale}, {gender} and {out} are replaced;
// without {text} the words come on standard input, without {out} the WAV file
// is read from standard output.
type Command struct {
	Argv []string
	// Timeout ends a program that hangs. Defaults to 10 s.
	Timeout time.Duration
}

const maxEngineOutput = 16 << 20

// ID is the command line.
func (c Command) ID() string { return strings.Join(c.Argv, " ") }

// Synthesize runs the program. What it writes to standard error is dropped,
// since it may repeat the words.
func (c Command) Synthesize(ctx context.Context, r Request) (audio.PCM, error) {
	if len(c.Argv) == 0 {
		return audio.PCM{}, errors.New("speech engine: no command")
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = engineTime
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	dir, err := os.MkdirTemp("", "pinbell-speech-")
	if err != nil {
		return audio.PCM{}, fmt.Errorf("speech engine: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := filepath.Join(dir, "out.wav")
	fill := strings.NewReplacer("{text}", r.Text, "{locale}", string(r.Locale), "{gender}", r.Gender, "{out}", out)
	args := make([]string, len(c.Argv))
	for i, a := range c.Argv {
		args[i] = fill.Replace(a)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.WaitDelay = time.Second
	stdout := &limited{max: maxEngineOutput}
	cmd.Stdout = stdout
	if !c.has("{text}") {
		cmd.Stdin = strings.NewReader(r.Text)
	}
	if err := cmd.Run(); err != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) { // it was killed
			err = ctx.Err()
		}
		return audio.PCM{}, fmt.Errorf("speech engine %s: %w", args[0], err)
	}
	var wav io.Reader = stdout
	if c.has("{out}") {
		file, err := os.Open(out)
		if err != nil {
			return audio.PCM{}, fmt.Errorf("speech engine %s: %w", args[0], err)
		}
		defer func() { _ = file.Close() }()
		wav = io.LimitReader(file, maxEngineOutput)
	}
	sound, err := audio.ReadWAV(wav)
	if err != nil {
		return audio.PCM{}, fmt.Errorf("speech engine %s: %w", args[0], err)
	}
	return sound, nil
}

func (c Command) has(placeholder string) bool {
	for _, a := range c.Argv {
		if strings.Contains(a, placeholder) {
			return true
		}
	}
	return false
}

// limited keeps what a program writes up to a bound; more ends the program.
type limited struct {
	bytes.Buffer
	max int
}

func (l *limited) Write(b []byte) (int, error) {
	if l.Len()+len(b) > l.max {
		return 0, fmt.Errorf("more than %d bytes of output", l.max)
	}
	return l.Buffer.Write(b)
}

// polish is the one way from an engine to a prompt: rate, ends and loudness.
func polish(sound audio.PCM) audio.PCM {
	const margin = 10 * time.Millisecond
	return audio.Normalise(audio.Trim(audio.Resample(sound, packRate), margin), audio.SpeechLevel, audio.PeakLevel)
}
