package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/store/storetest"
	"golang.org/x/sys/unix"
)

// callers is how many requests are under way at once in the benchmarks.
const callers = 64

// BenchmarkCycle is a start and a check that approves, both durable.
func BenchmarkCycle(b *testing.B) {
	st := open(b)
	run(b, "cycles/s", func(ctx context.Context, n int64) error {
		v, err := st.Start(ctx, pinbell.Start{Verification: storetest.Verification(benchNumber(n), time.Now())})
		if err != nil {
			return err
		}
		_, _, err = st.Check(ctx, pinbell.Check{ID: v.ID, At: time.Now(), Matches: right})
		return err
	})
}

// BenchmarkLife is the whole life of a verification by SMS: a start whose
// attempt is claimed, sending, submitted, a receipt and a check that approves.
func BenchmarkLife(b *testing.B) {
	st := open(b)
	run(b, "lives/s", func(ctx context.Context, n int64) error {
		now := time.Now()
		claim := pinbell.Claim{Node: "bench", Until: now.Add(time.Minute)}
		v, err := st.Start(ctx, pinbell.Start{Verification: storetest.Verification(benchNumber(n), now), Claim: claim})
		if err != nil {
			return err
		}
		a, reference := v.Attempts[0], strconv.FormatInt(n, 16)
		if err := st.MarkSending(ctx, pinbell.Sending{Verification: v.ID, Attempt: a.ID, Fence: a.Fence, Carrier: "carrier", At: now}); err != nil {
			return err
		}
		if err := st.Finish(ctx, pinbell.Finish{Verification: v.ID, Attempt: a.ID, Fence: a.Fence, At: now,
			Result: pinbell.Result{Outcome: pinbell.Submitted, Cause: "submit_sm_resp 0x00000000", References: []string{reference}}}); err != nil {
			return err
		}
		if _, err := st.Receipt(ctx, pinbell.Receipt{Carrier: "carrier", Reference: reference, Outcome: pinbell.Delivered, At: now}); err != nil {
			return err
		}
		_, _, err = st.Check(ctx, pinbell.Check{ID: v.ID, At: now, Matches: right})
		return err
	})
}

// BenchmarkDisk is the disk's own speed, which bounds the rest: appends of a
// page, each made durable.
func BenchmarkDisk(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "disk"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "fdatasyncs/s")
}

// BenchmarkOpen is a fresh database with its migrations.
func BenchmarkOpen(b *testing.B) {
	keys := storetest.Keyring(b)
	for b.Loop() {
		st, err := store.Open(b.Context(), store.Config{Path: filepath.Join(b.TempDir(), "pinbell.db"), Keyring: keys})
		if err != nil {
			b.Fatal(err)
		}
		if err := st.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func run(b *testing.B, unit string, once func(context.Context, int64) error) {
	b.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range callers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := once(b.Context(), n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), unit)
}

func benchNumber(n int64) pinbell.Number {
	return pinbell.RestoreNumber("+1555"+strconv.FormatInt(1000000+n%9000000, 10), "US", pinbell.LineMobile)
}

func right(pinbell.Verification) bool { return true }

func open(tb testing.TB) *store.SQLite {
	tb.Helper()
	st, err := store.Open(tb.Context(), store.Config{Path: filepath.Join(tb.TempDir(), "pinbell.db"), Keyring: storetest.Keyring(tb)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Error(err)
		}
	})
	return st
}
