package rtp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/pion/srtp/v3"
)

func TestKeyParams(t *testing.T) {
	k := NewKey()
	for _, params := range []string{k.Reveal(), k.Reveal() + "|2^20"} {
		if got, err := ParseKey(params); err != nil || got != k {
			t.Errorf("%v", err)
		}
	}
	for _, params := range []string{"", k.Reveal()[7:], "inline:AAAA", "inline:!", k.Reveal() + "|2^20|1:4", k.Reveal() + "|1:4"} {
		if _, err := ParseKey(params); err == nil {
			t.Errorf("%d bytes of parameters are accepted", len(params))
		}
	}
	if text := fmt.Sprintf("%v %s %#v %+v", k, k, k, k); strings.Contains(text, k.Reveal()[7:20]) || strings.Contains(text, fmt.Sprint(k[0], " ", k[1])) {
		t.Errorf("a key shows itself: %s", text)
	}
}

func TestCipher(t *testing.T) {
	ours, theirs := NewKey(), NewKey()
	us, err := NewCipher(ours, theirs)
	if err != nil {
		t.Fatal(err)
	}
	them, err := NewCipher(theirs, ours)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := (&Packet{Header: Header{SequenceNumber: 65535, SSRC: 5}, Payload: []byte("the code is")}).Marshal()
	sealed, err := us.seal(plain)
	if err != nil || len(sealed) != len(plain)+10 || bytes.Contains(sealed, []byte("code")) {
		t.Fatalf("%d bytes, %v", len(sealed), err)
	}
	sealed = bytes.Clone(sealed)
	forged := bytes.Clone(sealed)
	forged[HeaderSize] ^= 1
	if _, err := them.open(forged); err == nil {
		t.Error("a forged packet was opened")
	}
	if got, err := them.open(sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := them.open(sealed); err == nil {
		t.Error("a packet was opened twice")
	}
	if _, err := them.open(plain); err == nil {
		t.Error("a packet in clear was taken")
	}
	report := (&Control{SSRC: 5, Sender: true}).AppendTo(nil, "x")
	sealed, err = us.sealControl(report)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := them.openControl(sealed); err != nil || !bytes.Equal(got, report) {
		t.Errorf("%q, %v", got, err)
	}
	// Another key of theirs, while ours goes on.
	next := NewKey()
	if err := us.Rekey(next); err != nil {
		t.Fatal(err)
	}
	other, err := srtp.CreateContext(next[:16], next[16:], srtp.ProtectionProfileAes128CmHmacSha1_80)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err = other.EncryptRTP(nil, plain, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := us.open(sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%q, %v", got, err)
	}
}
