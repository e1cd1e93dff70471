package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

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

// name is what the recording of a number is called.
func name(i int) string { return fmt.Sprintf("%04d", i) }

// recognise lets pocketsphinx read dir/0000.wav and so on, a part on each
// processor, and returns the digits it read in each.
func recognise(dir string, n int) ([]string, error) {
	if err := os.WriteFile(filepath.Join(dir, "code.gram"), []byte(grammar), 0o600); err != nil {
		return nil, err
	}
	read := make([]string, n)
	parts := min(n, runtime.NumCPU())
	errs := make([]error, parts)
	var wg sync.WaitGroup
	for part := range parts {
		from, until := part*n/parts, (part+1)*n/parts
		wg.Go(func() { errs[part] = recognisePart(dir, from, read[from:until]) })
	}
	wg.Wait()
	return read, errors.Join(errs...)
}

// recognisePart reads the recordings from a number on.
func recognisePart(dir string, from int, read []string) error {
	const model = "/usr/share/pocketsphinx/model/en-us"
	var list strings.Builder
	for i := range read {
		fmt.Fprintln(&list, name(from+i))
	}
	base := filepath.Join(dir, "from-"+name(from))
	if err := os.WriteFile(base+".ctl", []byte(list.String()), 0o600); err != nil {
		return err
	}
	cmd := exec.Command("pocketsphinx_batch", "-hmm", filepath.Join(model, "en-us"), "-dict", filepath.Join(model, "cmudict-en-us.dict"),
		"-jsgf", filepath.Join(dir, "code.gram"), "-ctl", base+".ctl", "-cepdir", dir, "-cepext", ".wav",
		"-adcin", "yes", "-adchdr", "44", "-samprate", fmt.Sprint(modelRate), "-hyp", base+".hyp", "-logfn", os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("pocketsphinx_batch (script/setup installs it): %w: %s", err, out)
	}
	text, err := os.ReadFile(base + ".hyp")
	if err != nil {
		return err
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		words, _, _ := strings.Cut(line, "(")
		for _, w := range strings.Fields(words) {
			if i < len(read) {
				read[i] += digitOf[w]
			}
		}
	}
	return nil
}
