package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Exercise(t, func(t *testing.T) storetest.Store { return open(t) })
}

// TestSecrets is the store's part of test figure 4: neither numbers nor codes
// are in its files in clear, and the files are their owner's only.
func TestSecrets(t *testing.T) {
	keys, path := storetest.Keyring(t), filepath.Join(t.TempDir(), "pinbell.db")
	st, err := store.Open(t.Context(), store.Config{Path: path, Keyring: keys})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var secrets [][]byte
	for n := range int64(200) {
		v := storetest.Verification(benchNumber(n), time.Now())
		code := pinbell.RandomCode(pinbell.MaxCodeLength)
		v.SealedCode = keys.Seal([]byte(code.Reveal()), string(v.ID))
		once := &pinbell.Once{Owner: "ak_1", Key: string(v.ID), Answer: func(v pinbell.Verification, _ bool) []byte { return []byte(v.To.E164()) }}
		if _, err := st.Start(t.Context(), pinbell.Start{Verification: v, Once: once}); err != nil {
			t.Fatal(err)
		}
		derived, err := keys.Code(keys.Current(), v.ID, 0, pinbell.MaxCodeLength)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, []byte(v.To.Digits()), []byte(code.Reveal()), []byte(derived.Reveal()))
	}
	secrets = append(secrets, placeSecrets(t, st)...)
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v; want the database, its log and its index", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(file), got)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if bytes.Contains(content, secret) {
				t.Fatalf("%s holds a secret in clear", filepath.Base(file))
			}
		}
	}
}

// placeSecrets stores what orders, records, recordings and counters hold and must
// not show.
func placeSecrets(t *testing.T, st *store.SQLite) (secrets [][]byte) {
	t.Helper()
	now := time.Now()
	for n := range int64(50) {
		call, message := storetest.Order(pinbell.Voice, benchNumber(5000+2*n), now), storetest.Order(pinbell.SMS, benchNumber(5001+2*n), now)
		code := pinbell.RandomCode(pinbell.MaxCodeLength)
		call.Address = "sip:" + rand.Text() + "@host"
		call.Playlist = pinbell.Playlist{{Kind: pinbell.ItemDigits, Digits: code}, {Kind: pinbell.ItemSay, Text: pinbell.NewText(rand.Text())}}
		message.Text = pinbell.NewText(rand.Text())
		once := &pinbell.Once{Owner: "ak_1", Key: string(call.ID), AnswerOrders: func(os []pinbell.Order) []byte { return []byte(os[0].To.E164()) }}
		if _, err := st.Place(t.Context(), pinbell.Place{Orders: []pinbell.Order{call, message}, Once: once}); err != nil {
			t.Fatal(err)
		}
		digits := pinbell.RandomCode(pinbell.MaxCodeLength).Reveal()
		if _, err := st.UpdateOrder(t.Context(), call.ID, now, func(o pinbell.Order) (pinbell.Order, error) {
			return o.Finish(pinbell.Result{Outcome: pinbell.Completed, Digits: digits}, now), nil
		}); err != nil {
			t.Fatal(err)
		}
		body := rand.Text()
		if err := st.PutRecord(t.Context(), pinbell.Record{Kind: "kind", ID: string(call.ID), Body: []byte(body)}, true); err != nil {
			t.Fatal(err)
		}
		sound := rand.Text()
		if _, err := st.Upload(t.Context(), pinbell.Upload{
			Recording: pinbell.Recording{ID: pinbell.NewRecordingID(now), Bytes: len(sound)}, Sound: []byte(sound), MaxCount: 100, MaxBytes: 1 << 20,
		}); err != nil {
			t.Fatal(err)
		}
		counted := benchNumber(9000 + n)
		if err := st.Count(t.Context(), pinbell.Count{Key: counted.E164(), Window: time.Hour, Limit: 1, At: now}); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{
			call.To.Digits(), message.To.Digits(), counted.Digits(), call.Address, code.Reveal(), call.Playlist[1].Text.Reveal(),
			message.Text.Reveal(), digits, body, sound,
		} {
			secrets = append(secrets, []byte(secret))
		}
	}
	return secrets
}

func TestReopen(t *testing.T) {
	c := store.Config{Path: filepath.Join(t.TempDir(), "a #1?.db"), Keyring: storetest.Keyring(t)}
	v := storetest.Verification(benchNumber(1), time.Now())
	st := mustOpen(t, c)
	if _, err := st.Start(t.Context(), pinbell.Start{Verification: v, Claim: pinbell.Claim{Node: "node", Until: time.Now().Add(time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Start(t.Context(), pinbell.Start{Verification: storetest.Verification(benchNumber(2), time.Now())}); !errors.Is(err, pinbell.ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
	st = mustOpen(t, c)
	defer st.Close()
	if _, err := st.Verification(t.Context(), v.ID); err != nil {
		t.Fatal(err)
	}
	// A process that was started again under its old name is another one.
	ids, err := st.Recover(t.Context(), "node", time.Now())
	if err != nil || len(ids) != 1 {
		t.Errorf("recovered %v, %v", ids, err)
	}
}

func TestSchema(t *testing.T) {
	c := store.Config{Path: filepath.Join(t.TempDir(), "pinbell.db"), Keyring: storetest.Keyring(t), KeepSchema: true}
	st := mustOpen(t, c)
	for _, want := range []bool{true, false} {
		n, err := st.Pending(t.Context())
		if err != nil || (n > 0) != want {
			t.Fatalf("%d migrations pending, %v", n, err)
		}
		if err := st.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", c.Path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), `INSERT INTO migrations (version_id, is_applied) VALUES (9999, 1)`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), c); !errors.Is(err, store.ErrNewer) {
		t.Fatalf("opening a newer database: %v", err)
	}
}

// TestOtherProcess holds the database as the key command would.
func TestOtherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pinbell.db")
	st := mustOpen(t, store.Config{Path: path, Keyring: storetest.Keyring(t)})
	defer st.Close()
	other := mustOpen(t, store.Config{Path: path})
	defer other.Close()
	var all sync.WaitGroup
	for n := range int64(100) {
		all.Go(func() {
			if _, err := st.Start(t.Context(), pinbell.Start{Verification: storetest.Verification(benchNumber(n), time.Now())}); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			k := pinbell.Key{ID: pinbell.NewKeyID(time.Now()), Hash: pinbell.NewKeySecret().Hash(), CreatedAt: time.Now()}
			if err := other.CreateKey(t.Context(), k); err != nil {
				t.Error(err)
			}
			if _, err := st.KeyByHash(t.Context(), k.Hash); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestAbandoned cancels an operation that waits behind another.
func TestAbandoned(t *testing.T) {
	st := open(t)
	v := storetest.Verification(benchNumber(1), time.Now())
	if _, err := st.Start(t.Context(), pinbell.Start{Verification: v}); err != nil {
		t.Fatal(err)
	}
	begun, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_, approved, err := st.Check(t.Context(), pinbell.Check{ID: v.ID, At: time.Now(), Matches: func(pinbell.Verification) bool {
			close(begun)
			<-release
			return true
		}})
		if err != nil || !approved {
			t.Errorf("approved %t, %v", approved, err)
		}
	})
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	w := storetest.Verification(benchNumber(2), time.Now())
	if _, err := st.Start(ctx, pinbell.Start{Verification: w}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting start: %v", err)
	}
	close(release)
	all.Wait()
	if err := st.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := st.Verification(t.Context(), w.ID); !errors.Is(err, pinbell.ErrNotFound) {
		t.Errorf("the abandoned start: %v", err)
	}
}

func mustOpen(t *testing.T, c store.Config) *store.SQLite {
	t.Helper()
	st, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return st
}
