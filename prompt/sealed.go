package prompt

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"

	"github.com/pinbell/pinbell/audio"
)

// seal is what a file of a sound holds.
func seal(sound audio.PCM) []byte {
	var file bytes.Buffer
	_ = audio.WriteWAV(&file, sound) // a buffer takes all
	sum := sha256.Sum256(file.Bytes())
	return append(file.Bytes(), sum[:]...)
}

// unseal is the reverse, where nothing was changed.
func unseal(file []byte) (audio.PCM, bool) {
	n := len(file) - sha256.Size
	if n < 0 || sha256.Sum256(file[:n]) != [sha256.Size]byte(file[n:]) {
		return audio.PCM{}, false
	}
	sound, err := audio.ReadWAV(bytes.NewReader(file[:n]))
	return sound, err == nil && len(sound.Samples) > 0
}

// write puts a file in its place as a whole.
func (c *cache) write(key shelfKey, content []byte) error {
	file, err := os.CreateTemp(c.dir, cachePartial)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), c.path(key))
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}
