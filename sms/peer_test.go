package sms

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/smpp"
)

const nodeFolder = "../test/smsc"

// nodeEvent is a line that test/smsc/server.js prints.
type nodeEvent struct {
	Event, ID, From, To, Text, Error string
	Port                             int
	FromTON                          int `json:"from_ton"`
	FromNPI                          int `json:"from_npi"`
	ToTON                            int `json:"to_ton"`
	ToNPI                            int `json:"to_npi"`
	ESMClass                         int `json:"esm_class"`
	Coding, Registered, Status       int
	UDH                              []string
	OK                               bool
}

// startNode runs an SMSC that is not ours.
func startNode(t *testing.T) (addr string, events <-chan nodeEvent) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(nodeFolder + "/node_modules/smpp")
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the SMSC of test/smsc is missing: %v", err)
		}
		t.Skipf("the SMSC of test/smsc is missing (npm ci there): %v", err)
	}
	cmd := exec.Command(node, "server.js")
	cmd.Dir, cmd.Stderr = nodeFolder, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ch := make(chan nodeEvent, 100)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			var e nodeEvent
			if json.Unmarshal(lines.Bytes(), &e) == nil {
				ch <- e
			}
		}
	}()
	t.Cleanup(func() { _ = stdin.Close(); <-read; _ = cmd.Wait() })
	return fmt.Sprintf("127.0.0.1:%d", await(t, ch, "listening").Port), ch
}

func await(t *testing.T, events <-chan nodeEvent, name string) nodeEvent {
	t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case e := <-events:
			if e.Event == "error" {
				t.Errorf("SMSC: %s", e.Error)
			}
			if e.Event == name {
				return e
			}
		case <-timeout:
			t.Fatalf("the SMSC said no %q", name)
		}
	}
}

func TestAgainstNodeSMPP(t *testing.T) {
	addr, events := startNode(t)
	receipts := make(chan pinbell.Receipt, 10)
	known := newKnown()
	c := start(t, Config{
		Name: "node", SMPP: smpp.ClientConfig{Addr: addr, SystemID: "pinbell", Password: "secret"}, Sender: "Pinbell",
		OnReceipt: known.take(receipts),
	})
	if e := await(t, events, "bind"); !e.OK {
		t.Errorf("bind %+v", e)
	}
	tests := []struct {
		name, text string
		coding     int
		parts      int
	}{
		{"GSM", "000000 is 5 € [a] {b|c} ~ \\ ^ @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà", 0, 1},
		{"UCS-2", "Ваш код 000000 🔔 不要告诉任何人", 8, 1},
		{"two parts", strings.Repeat("0123456789", 15) + "12€ and the end of it", 0, 2},
		{"two parts of UCS-2", strings.Repeat("я", 66) + "🔔" + strings.Repeat("ж", 10), 8, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.Deliver(t.Context(), delivery(tt.text), nil)
			known.add(r.References)
			if r.Outcome != pinbell.Submitted || len(r.References) != tt.parts {
				t.Fatalf("got %+v", r)
			}
			var text string
			for i := range tt.parts {
				e := await(t, events, "message")
				text += e.Text
				if e.Coding != tt.coding || e.From != "Pinbell" || e.FromTON != 5 || e.FromNPI != 0 || e.To != "15550100" || e.ToTON != 1 || e.ToNPI != 1 || e.Registered != 1 {
					t.Errorf("message %+v", e)
				}
				if want := fmt.Sprintf("%02x%02x", tt.parts, i+1); tt.parts > 1 && (e.ESMClass != 0x40 || len(e.UDH) != 1 || !strings.HasSuffix(e.UDH[0], want)) {
					t.Errorf("part %d: class %x, header %v", i+1, e.ESMClass, e.UDH)
				}
				if reference(e.ID) != r.References[i] {
					t.Errorf("part %d: id %s, reference %s", i+1, e.ID, r.References[i])
				}
			}
			if text != tt.text {
				t.Errorf("arrived as %q", text)
			}
			for range tt.parts {
				got := <-receipts
				if got.Outcome != pinbell.Delivered || got.Cause != "stat:DELIVRD err:000" || got.Carrier != "node" {
					t.Errorf("receipt %+v", got)
				}
				if e := await(t, events, "receipt"); e.Status != 0 {
					t.Errorf("receipt answered by %d", e.Status)
				}
			}
		})
	}
	d := delivery("hi")
	d.To = pinbell.RestoreNumber("+15550199", "US", pinbell.LineMobile)
	if r := c.Deliver(t.Context(), d, nil); r.Outcome != pinbell.Unreachable || r.Cause != "submit_sm_resp 0x0000000B invalid destination address" {
		t.Errorf("refused: %+v", r)
	}
}
