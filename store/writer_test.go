package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
)

func openHere(t *testing.T) *SQLite {
	t.Helper()
	keys, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "pinbell.db"), Keyring: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// together runs operations in one batch: the first holds the writer until the
// others wait.
func together(t *testing.T, s *SQLite, ops ...func(*tx) error) []error {
	t.Helper()
	errs := make([]error, len(ops))
	hold, held := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		if err := s.writer.do(t.Context(), func(*tx) error { close(held); <-hold; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-held
	for i, op := range ops {
		all.Go(func() { errs[i] = s.writer.do(t.Context(), op) })
	}
	for len(s.writer.ops) < len(ops) {
		time.Sleep(time.Millisecond)
	}
	close(hold)
	all.Wait()
	return errs
}

func putKey(name string) func(*tx) error {
	return func(t *tx) error {
		_, err := t.exec(`INSERT INTO keys (`+keyColumns+`) VALUES (?,?,'',?,'',0,0)`, name, name, []byte(name))
		return err
	}
}

func names(t *testing.T, s *SQLite) string {
	t.Helper()
	keys, err := s.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, k := range keys {
		all = append(all, k.Name)
	}
	return strings.Join(all, " ")
}

func TestFailsAlone(t *testing.T) {
	s := openHere(t)
	refusal := errors.New("refused")
	errs := together(t, s,
		putKey("a"),
		func(t *tx) error { // fails after it wrote
			if err := putKey("b")(t); err != nil {
				return err
			}
			return putKey("b")(t)
		},
		putKey("c"),
		func(t *tx) error { return errors.Join(putKey("d")(t), refusal) }, // refuses, and what it wrote stays
		putKey("e"),
	)
	if !errors.Is(errs[1], pinbell.ErrConflict) || !errors.Is(errs[3], refusal) {
		t.Errorf("errors %v", errs)
	}
	if err := errors.Join(errs[0], errs[2], errs[4]); err != nil {
		t.Errorf("others failed with it: %v", err)
	}
	if got := names(t, s); got != "a c d e" {
		t.Errorf("stored %s", got)
	}
}

// TestFailedCommit lets the batch fail as a whole: everyone is told, nothing is done.
func TestFailedCommit(t *testing.T) {
	s := openHere(t)
	if err := s.writer.do(t.Context(), func(t *tx) error {
		_, err := t.exec(`CREATE TABLE child (parent TEXT REFERENCES keys (id) DEFERRABLE INITIALLY DEFERRED)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	errs := together(t, s, putKey("a"), func(t *tx) error {
		_, err := t.exec(`INSERT INTO child VALUES ('orphan')`) // found out at the commit
		return err
	}, putKey("b"))
	for i, err := range errs {
		if !errors.Is(err, pinbell.ErrUnavailable) {
			t.Errorf("operation %d: %v", i, err)
		}
	}
	if got := names(t, s); got != "" {
		t.Errorf("stored %s", got)
	}
	if err := s.writer.do(t.Context(), putKey("c")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestFull is a part of test figure 18: a full database refuses and heals.
func TestFull(t *testing.T) {
	s := openHere(t)
	limit := func(pages int) error {
		return s.writer.do(t.Context(), func(t *tx) error {
			return t.query(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages), func(*row) error { return nil })
		})
	}
	if err := limit(1); err != nil { // means: no more than there are
		t.Fatal(err)
	}
	stored := 0
	for ; stored < 1000; stored++ {
		err := s.writer.do(t.Context(), putKey(strings.Repeat("x", 1000)+fmt.Sprint(stored)))
		if err == nil {
			continue
		}
		if !errors.Is(err, pinbell.ErrUnavailable) {
			t.Fatalf("full: %v", err)
		}
		break
	}
	if stored == 1000 {
		t.Fatal("never full")
	}
	if err := limit(1 << 20); err != nil {
		t.Fatal(err)
	}
	if err := s.writer.do(t.Context(), putKey("healed")); err != nil {
		t.Fatal(err)
	}
	if got := len(strings.Fields(names(t, s))); got != stored+1 {
		t.Errorf("%d stored, want %d", got, stored+1)
	}
}

// TestPlans holds the lists to their indexes: none walks the whole table or sorts it.
func TestPlans(t *testing.T) {
	s := openHere(t)
	number := pinbell.RestoreNumber("+15551234567", "US", pinbell.LineMobile)
	for name, tt := range map[string]struct {
		filter pinbell.Filter
		want   string
	}{
		"all":     {pinbell.Filter{}, "SCAN verifications"},
		"before":  {pinbell.Filter{Before: "vf_"}, "SEARCH verifications USING PRIMARY KEY"},
		"time":    {pinbell.Filter{From: time.Now(), Until: time.Now()}, "SEARCH verifications USING PRIMARY KEY"},
		"number":  {pinbell.Filter{To: number}, "INDEX verifications_number"},
		"country": {pinbell.Filter{Country: "JP"}, "INDEX verifications_country"},
		"failed":  {pinbell.Filter{Status: pinbell.StatusFailed}, "INDEX verifications_rare"},
		"blocked": {pinbell.Filter{Status: pinbell.StatusBlocked}, "INDEX verifications_rare"},
	} {
		where, args, _ := s.conditions(tt.filter)
		var plan strings.Builder
		if err := s.reader(t.Context())(`EXPLAIN QUERY PLAN SELECT `+verificationColumns+` FROM verifications`+where+` ORDER BY id DESC LIMIT ?`,
			func(r *row) error {
				r.next = 3
				plan.WriteString(r.text() + "; ")
				return nil
			}, append(args, 50)...); err != nil {
			t.Fatal(err)
		}
		if got := plan.String(); !strings.Contains(got, tt.want) || name != "number" && strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: %s", name, got)
		}
	}
}
