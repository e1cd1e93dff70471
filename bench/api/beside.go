package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/store"
)

// diskRate is how often a second the disk makes an appended page durable.
func diskRate(dir string, duration time.Duration) (float64, error) {
	file, err := os.Create(filepath.Join(dir, "disk"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	page := make([]byte, 4096)
	n := 0
	begin := time.Now()
	for time.Since(begin) < duration {
		if _, err := file.Write(page); err != nil {
			return 0, err
		}
		if err := unix.Fdatasync(int(file.Fd())); err != nil {
			return 0, err
		}
		n++
	}
	return float64(n) / time.Since(begin).Seconds(), nil
}

// storeRate is how many starts and checks a second the store makes durable
// without HTTP and delivery.
func storeRate(ctx context.Context, dir string, callers int, duration time.Duration) (float64, error) {
	keys, err := pinbell.ParseKeyring(strings.NewReader(pinbell.NewKeyringText()))
	if err != nil {
		return 0, err
	}
	st, err := store.Open(ctx, store.Config{Path: filepath.Join(dir, "alone.db"), Keyring: keys})
	if err != nil {
		return 0, err
	}
	defer func() { _ = st.Close() }()
	var cycles atomic.Int64
	var fault atomic.Value
	var wg sync.WaitGroup
	begin := time.Now()
	for worker := range callers {
		wg.Go(func() {
			for i := 0; time.Since(begin) < duration; i++ {
				if err := cycle(ctx, st, keys, worker, i); err != nil {
					fault.Store(err)
					return
				}
				cycles.Add(1)
			}
		})
	}
	wg.Wait()
	if err, ok := fault.Load().(error); ok {
		return 0, err
	}
	return float64(cycles.Load()) / time.Since(begin).Seconds(), nil
}

func cycle(ctx context.Context, st *store.SQLite, keys *pinbell.Keyring, worker, i int) error {
	now := time.Now().UTC()
	number := pinbell.RestoreNumber(fmt.Sprintf("+1303%02d%05d", worker%100, i%100_000), "US", pinbell.LineFixedOrMobile)
	v := pinbell.Verification{
		ID: pinbell.NewVerificationID(now), Service: "default", To: number, Channel: pinbell.SMS, Locale: "en-US",
		Status: pinbell.StatusPending, CodeLength: 6, CodeKey: keys.Current(), MaxChecks: 5, Sends: 1,
		CreatedAt: now, ExpiresAt: now.Add(5 * time.Minute), Options: pinbell.Options{Workflow: pinbell.Workflow{{Channel: pinbell.SMS}}},
	}
	v.Attempts = v.Plan(now)
	if _, err := st.Start(ctx, pinbell.Start{Verification: v}); err != nil {
		return err
	}
	_, approved, err := st.Check(ctx, pinbell.Check{ID: v.ID, At: now, Matches: func(pinbell.Verification) bool { return true }})
	if err == nil && !approved {
		err = fmt.Errorf("a right code was refused")
	}
	return err
}
