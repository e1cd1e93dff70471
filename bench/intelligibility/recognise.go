package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pinbell/pinbell/audio"
)

// modelRate is the rate of pocketsphinx's English model, in Hz.
const modelRate = 16000

const grammar = `#JSGF V1.0;
grammar code;
<digit> = zero | one | two | three | four | five | six | seven | eight | nine;
public <code> = <digit> <digit> <digit> <digit> <digit> <digit>;
`

var digitOf = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}

func writeWAV(path string, p audio.PCM) error {
	var b bytes.Buffer
	if err := audio.WriteWAV(&b, audio.Resample(p, modelRate)); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

// recognise lets pocketsphinx read dir/000.wav and so on, and returns the
// digits it read in each.
func recognise(dir string, n int) ([]string, error) {
	const model = "/usr/share/pocketsphinx/model/en-us"
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "%03d\n", i)
	}
	for name, text := range map[string]string{"code.gram": grammar, "calls.ctl": list.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	hypotheses := filepath.Join(dir, "calls.hyp")
	cmd := exec.Command("pocketsphinx_batch", "-hmm", filepath.Join(model, "en-us"), "-dict", filepath.Join(model, "cmudict-en-us.dict"),
		"-jsgf", filepath.Join(dir, "code.gram"), "-ctl", filepath.Join(dir, "calls.ctl"), "-cepdir", dir, "-cepext", ".wav",
		"-adcin", "yes", "-adchdr", "44", "-samprate", fmt.Sprint(modelRate), "-hyp", hypotheses, "-logfn", os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pocketsphinx_batch (script/setup installs it): %w: %s", err, out)
	}
	text, err := os.ReadFile(hypotheses)
	if err != nil {
		return nil, err
	}
	read := make([]string, n)
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		words, _, _ := strings.Cut(line, "(")
		for _, w := range strings.Fields(words) {
			if i < n {
				read[i] += digitOf[w]
			}
		}
	}
	return read, nil
}
