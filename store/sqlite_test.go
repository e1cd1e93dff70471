package store_test

import (
	"testing"

	"github.com/pinbell/pinbell/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Exercise(t, func(t *testing.T) storetest.Store { return open(t) })
}
