package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/store"
	"github.com/pinbell/pinbell/store/storetest"
)

// The environment that makes the test binary a victim.
const (
	victimPath = "PINBELL_STORE_VICTIM"
	victimKeys = "PINBELL_STORE_VICTIM_KEYRING"
)

// victim starts and approves verifications, places and sends orders, and prints
// each that was acknowledged, until it is killed.
func victim(path, keyring string) {
	keys, err := pinbell.ParseKeyring(strings.NewReader(keyring))
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	st, err := store.Open(ctx, store.Config{Path: path, Keyring: keys})
	if err != nil {
		panic(err)
	}
	fmt.Println("ready")
	for worker := range 8 {
		go func() {
			for n := worker; ; n += 8 {
				now := time.Now()
				claim := pinbell.Claim{Node: "victim", Until: now.Add(time.Minute)}
				v, err := st.Start(ctx, pinbell.Start{Verification: storetest.Verification(benchNumber(int64(n)), now), Claim: claim})
				if errors.Is(err, pinbell.ErrTooManyLive) {
					continue // an earlier victim had the number
				}
				if err != nil {
					panic(err)
				}
				fmt.Println("started", v.ID)
				if _, _, err := st.Check(ctx, pinbell.Check{ID: v.ID, At: now, Matches: right}); err != nil {
					panic(err)
				}
				fmt.Println("approved", v.ID)
				victimOrder(ctx, st, claim, now)
			}
		}()
	}
	select {}
}

func victimOrder(ctx context.Context, st *store.SQLite, claim pinbell.Claim, now time.Time) {
	placed, err := st.Place(ctx, pinbell.Place{Orders: []pinbell.Order{storetest.Order(pinbell.SMS, benchNumber(1), now)}, Claim: claim})
	if err != nil {
		panic(err)
	}
	fmt.Println("placed", placed[0].ID)
	if _, err := st.UpdateOrder(ctx, placed[0].ID, now, func(o pinbell.Order) (pinbell.Order, error) {
		return o.Sending("carrier", placed[0].Fence, now)
	}); err != nil {
		panic(err)
	}
	fmt.Println("sending", placed[0].ID)
}

// TestKill: a process is killed
// at random points, and what it had acknowledged is there.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for seconds")
	}
	path, keyring := filepath.Join(t.TempDir(), "pinbell.db"), pinbell.NewKeyringText()
	keys, err := pinbell.ParseKeyring(strings.NewReader(keyring))
	if err != nil {
		t.Fatal(err)
	}
	for round := range 10 {
		acknowledged, orders := killed(t, path, keyring, time.Duration(5+rand.IntN(150))*time.Millisecond)
		began := time.Now()
		st, err := store.Open(t.Context(), store.Config{Path: path, Keyring: keys})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("round %d: ready after %s", round, took)
		}
		for id, want := range acknowledged {
			v, err := st.Verification(t.Context(), id)
			if err != nil || len(v.Attempts) != 1 || want == pinbell.StatusApproved && v.Status != want {
				t.Errorf("round %d: %s, acknowledged as %s, is stored as %s with %d attempts: %v", round, id, want, v.Status, len(v.Attempts), err)
			}
		}
		if _, err := st.Recover(t.Context(), "victim", time.Now()); err != nil {
			t.Errorf("round %d: recover: %v", round, err)
		}
		for id, was := range orders {
			o, err := st.Order(t.Context(), id)
			lost := o.Status == pinbell.MessageSubmitted && o.Outcome == pinbell.Unknown
			if again := o.Status == pinbell.OrderQueued && was == pinbell.OrderClaimed; err != nil || o.Text.Reveal() == "" || !lost && !again {
				t.Errorf("round %d: %s, acknowledged as %s, is stored as %s %q: %v", round, id, was, o.Status, o.Outcome, err)
			}
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("round %d: %d verifications and %d orders acknowledged", round, len(acknowledged), len(orders))
	}
}

// killed runs a victim for a while and returns what it acknowledged last.
func killed(t *testing.T, path, keyring string, life time.Duration) (map[pinbell.VerificationID]pinbell.Status, map[pinbell.OrderID]pinbell.OrderStatus) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimPath+"="+path, victimKeys+"="+keyring)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged, orders := map[pinbell.VerificationID]pinbell.Status{}, map[pinbell.OrderID]pinbell.OrderStatus{}
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line that was cut off acknowledges nothing
		}
		what, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch what {
		case "ready":
			time.AfterFunc(life, func() { _ = cmd.Process.Kill() }) // SIGKILL
		case "started":
			acknowledged[pinbell.VerificationID(id)] = pinbell.StatusPending
		case "approved":
			acknowledged[pinbell.VerificationID(id)] = pinbell.StatusApproved
		case "placed":
			orders[pinbell.OrderID(id)] = pinbell.OrderClaimed
		case "sending":
			orders[pinbell.OrderID(id)] = pinbell.OrderSending
		default:
			t.Fatalf("victim says %s", strconv.Quote(line))
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the victim ended by itself: %v", err)
	}
	return acknowledged, orders
}
