package store_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimPath); path != "" {
		victim(path, os.Getenv(victimKeys)) // until it is killed
	}
	goleak.VerifyTestMain(m)
}
