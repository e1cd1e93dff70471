package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/pinbell/pinbell"
)

// openKeyring reads the keyring, or makes one for a database that is new. A
// missing keyring of a database that exists is an error: a fresh one could not
// open its numbers nor derive its codes.
func openKeyring(path, database string) (*pinbell.Keyring, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(database); err == nil {
			return nil, fmt.Errorf("keyring.file: %s is missing, and %s needs it: restore it from its backup", path, database)
		}
		return createKeyring(path)
	}
	if err != nil {
		return nil, fmt.Errorf("keyring.file: %w", err)
	}
	keys, err := pinbell.ParseKeyring(strings.NewReader(string(text)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

func createKeyring(path string) (*pinbell.Keyring, error) {
	text := pinbell.NewKeyringText()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keyring.file: %w", err)
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, fmt.Errorf("keyring.file: %w", err)
	}
	return pinbell.ParseKeyring(strings.NewReader(text))
}
