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
	"github.com/pressly/goose/v3"
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
		got := plan(t, s, `SELECT `+verificationColumns+` FROM verifications`+where+` ORDER BY id DESC LIMIT ?`, append(args, 50)...)
		if !strings.Contains(got, tt.want) || name != "number" && strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestOrderPlans does the same for orders, and holds what workers ask often to
// the small indexes of what is open.
func TestOrderPlans(t *testing.T) {
	s := openHere(t)
	number := pinbell.RestoreNumber("+15551234567", "US", pinbell.LineMobile)
	for name, tt := range map[string]struct {
		filter pinbell.OrderFilter
		want   string
	}{
		"all":     {pinbell.OrderFilter{}, "SCAN orders USING INDEX orders_age"},
		"before":  {pinbell.OrderFilter{Before: "sm_0"}, "SEARCH orders USING INDEX orders_age"},
		"service": {pinbell.OrderFilter{Service: "shop", From: time.Now()}, "SEARCH orders USING INDEX orders_age"},
		"number":  {pinbell.OrderFilter{To: number}, "SEARCH orders USING INDEX orders_number"},
		"origin":  {pinbell.OrderFilter{Origin: pinbell.Origin{API: "a", ID: "b"}}, "SEARCH orders USING INDEX orders_origin"},
	} {
		where, args := s.orderConditions(tt.filter)
		got := plan(t, s, `SELECT `+orderColumns+` FROM orders`+where+` ORDER BY substr(id, 4) DESC LIMIT ?`, append(args, 50)...)
		if !strings.Contains(got, tt.want) || name != "origin" && strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: %s", name, got)
		}
	}
	for query, want := range map[string]string{
		`SELECT id FROM orders WHERE ` + heldOrders + ` AND status = 'claimed' AND lease_until <= 1 AND deadline > 1 ORDER BY lease_until`: "INDEX orders_held",
		`SELECT id FROM orders WHERE ` + heldOrders + ` AND (lease_until <= 1 OR owner <> '')`:                                             "INDEX orders_held",
		`UPDATE orders SET lease_until = 1 WHERE ` + heldOrders + ` AND owner = ''`:                                                        "INDEX orders_held",
		`SELECT id FROM orders WHERE status = 'queued' AND channel = 'sms' AND due_at <= 1 AND deadline > 1 ORDER BY due_at`:               "INDEX orders_queued (channel=? AND due_at<?)",
		strings.NewReplacer("?1", "1", "?2", "'sms'", "?3", "1").Replace(dueQueued):                                                        "INDEX attempts_open (status=? AND channel=? AND due_at<?)",
		strings.NewReplacer("?1", "1", "?2", "'sms'", "?3", "1").Replace(dueLapsed):                                                        "INDEX attempts_open (status=? AND channel=?)",
		`SELECT id FROM orders WHERE erase_at > 0 AND erase_at <= 1`:                                                                       "INDEX orders_erase",
		`SELECT id FROM verifications WHERE origin_api = '' AND origin_id = 'x' AND origin_id <> '' ORDER BY id DESC`:                      "INDEX verifications_origin",
		`UPDATE attempts SET lease_until = 1 WHERE ` + openAttempts + ` AND status IN ('claimed', 'sending') AND owner = ''`:               "INDEX attempts_open",
		`SELECT id FROM records WHERE kind = 'a' AND parent = 'b' AND parent <> ''`:                                                        "INDEX records_parent",
		`DELETE FROM order_refs WHERE order_id = 'a'`:                                                                                      "INDEX order_refs_order",
	} {
		if got := plan(t, s, query); !strings.Contains(got, want) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: %s", query, got)
		}
	}
}

func plan(t *testing.T, s *SQLite, query string, args ...any) string {
	t.Helper()
	var plan strings.Builder
	if err := s.reader(t.Context())(`EXPLAIN QUERY PLAN `+query, func(r *row) error {
		r.next = 3
		plan.WriteString(r.text() + "; ")
		return nil
	}, args...); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

// TestUpgrade opens a database that an earlier version has written.
func TestUpgrade(t *testing.T) {
	keys, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Path: filepath.Join(t.TempDir(), "pinbell.db"), Keyring: keys}
	db, err := pool(c.Path, 1, writing...)
	if err != nil {
		t.Fatal(err)
	}
	id := pinbell.NewVerificationID(time.Now())
	err = migrate(db, func(p *goose.Provider) error {
		_, err := p.UpTo(t.Context(), 1)
		return err
	})
	if err == nil {
		_, err = db.ExecContext(t.Context(), `INSERT INTO verifications (`+verificationColumns+`, number)
			VALUES (?, 's', ?, 'US', 'mobile', 'sms', 'en-US', 'pending', 6, 1, 0, NULL, 0, 5, 1, 1, 2, 0, '{"b":"Acme"}', x'00')`,
			string(id), keys.Seal([]byte("+15551234567"), string(id)))
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Verification(t.Context(), id)
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if v.Options.Brand != "Acme" || v.Options.Flash || v.Options.Origin.API != "" || v.To.E164() != "+15551234567" {
		t.Errorf("read %+v", v)
	}
}

// TestCountersGo: counters that are over are dropped, whatever their number.
func TestCountersGo(t *testing.T) {
	s, now := openHere(t), time.Now()
	for n := range 2 * sweepStep {
		if err := s.Count(t.Context(), pinbell.Count{Key: fmt.Sprint(n), Window: time.Duration(1+n%2) * time.Minute, Limit: 1, At: now}); err != nil {
			t.Fatal(err)
		}
	}
	left := func(want int) {
		t.Helper()
		got := 0
		if err := s.reader(t.Context())(`SELECT count(*) FROM counters`, func(r *row) error { got = r.int(); return nil }); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Fatalf("%d counters, want %d", got, want)
		}
	}
	left(2 * sweepStep)
	for _, after := range []time.Duration{time.Minute, 2 * time.Minute} {
		if _, err := s.Sweep(t.Context(), now.Add(after), 10); err != nil {
			t.Fatal(err)
		}
		left(2*sweepStep - int(after/time.Minute)*sweepStep)
	}
}
