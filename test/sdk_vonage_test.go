package test_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"os/exec"
	"testing"

	"github.com/pinbell/pinbell/compat"
	"github.com/pinbell/pinbell/compat/compattest"
	"github.com/pinbell/pinbell/compat/vonage"
)

// TestVonageToken runs Vonage's client with an application's private key, whose
// public key Pinbell was told. The demo knows no application.
func TestVonageToken(t *testing.T) {
	t.Parallel()
	node := installed(t, "sdk")
	const application = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	b := compattest.New(t, func(c compat.Config, mux *http.ServeMux) error {
		api, err := vonage.New(c)
		if err != nil {
			return err
		}
		api.Routes(mux)
		return api.Application(application, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), "default")
	})
	cmd := exec.CommandContext(within(t, patience), node, "vonage_jwt.js")
	cmd.Dir = "sdk"
	cmd.Env = append(os.Environ(), "PINBELL_URL="+b.URL, "PINBELL_KEY=none", "HANDSET_URL=none",
		"VONAGE_APPLICATION="+application, "VONAGE_PRIVATE_KEY="+string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	t.Log(out.String())
}
