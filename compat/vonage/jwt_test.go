package vonage_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell/compat/compattest"
)

const application = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"

func newRSA(t testing.TB, bits int) (*rsa.PrivateKey, []byte) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

type object = map[string]any

// token signs as @vonage/jwt does: RS256 over a header of typ and alg, and
// claims jti, iat, exp, application_id.
func token(t testing.TB, key *rsa.PrivateKey, header, more object) string {
	t.Helper()
	claims := object{"jti": "9e4dad0a-530d-48a9-bf79-849c8eaaa286", "iat": time.Now().Unix(), "exp": time.Now().Unix() + 900, "application_id": application}
	maps.Copy(claims, more)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	head := object{"typ": "JWT", "alg": "RS256"}
	maps.Copy(head, header)
	input := part(t, head) + "." + part(t, claims)
	sum := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func part(t testing.TB, o object) string {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func TestTokens(t *testing.T) {
	b := newBench(t)
	key, public := newRSA(t, 2048)
	stranger, _ := newRSA(t, 2048)
	if err := b.api.Application(application, public, "default"); err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	good := token(t, key, nil, nil)
	head, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	hs := hmac.New(sha256.New, public) // the public key as a secret: alg is not the sender's to choose
	hsInput := part(t, object{"typ": "JWT", "alg": "HS256"}) + "." + payload
	hs.Write([]byte(hsInput))

	for _, tt := range []struct {
		name, token string
		want        int
	}{
		{"good", good, 202},
		{"24 hours ahead", token(t, key, nil, object{"exp": now + 24*3600}), 202},
		{"not before now", token(t, key, nil, object{"nbf": now}), 202},
		{"paths of Verify", token(t, key, nil, object{"acl": object{"paths": object{"/*/verify/**": object{}, "/*/messages/**": object{}}}}), 202},
		{"POST of Verify", token(t, key, nil, object{"acl": object{"paths": object{"/v2/verify": object{"methods": []string{"POST"}}}}}), 202},

		{"other paths", token(t, key, nil, object{"acl": object{"paths": object{"/*/messages/**": object{}}}}), 401},
		{"paths of none", token(t, key, nil, object{"acl": object{"paths": object{}}}), 401},
		{"GET of Verify", token(t, key, nil, object{"acl": object{"paths": object{"/v2/verify": object{"methods": []string{"GET"}}}}}), 401},
		{"filters", token(t, key, nil, object{"acl": object{"paths": object{"/**": object{"filters": object{"to": "1"}}}}}), 401},
		{"expired", token(t, key, nil, object{"iat": now - 7200, "exp": now - 3600}), 401},
		{"no end", token(t, key, nil, object{"exp": nil}), 401},
		{"far end", token(t, key, nil, object{"exp": now + 48*3600}), 401},
		{"end as text", token(t, key, nil, object{"exp": "9999999999"}), 401},
		{"no beginning", token(t, key, nil, object{"iat": nil}), 401},
		{"issued tomorrow", token(t, key, nil, object{"iat": now + 3600}), 401},
		{"not before tomorrow", token(t, key, nil, object{"nbf": now + 3600}), 401},
		{"other application", token(t, key, nil, object{"application_id": "00000000-0000-4000-8000-000000000000"}), 401},
		{"no application", token(t, key, nil, object{"application_id": nil}), 401},
		{"other key", token(t, stranger, nil, nil), 401},
		{"critical header", token(t, key, object{"crit": []string{"b64"}, "b64": false}, nil), 401},
		{"RS512 by name", token(t, key, object{"alg": "RS512"}, nil), 401},
		{"alg none", part(t, object{"typ": "JWT", "alg": "none"}) + "." + payload + ".", 401},
		{"HS256 with the public key", hsInput + "." + base64.RawURLEncoding.EncodeToString(hs.Sum(nil)), 401},
		{"claims changed", head + "." + part(t, object{"application_id": application, "iat": now, "exp": now + 60}) + "." + signature, 401},
		{"no signature", head + "." + payload + ".", 401},
		{"two parts", head + "." + payload, 401},
		{"four parts", good + ".", 401},
		{"rubbish", "a.b.c", 401},
		{"huge", good + strings.Repeat("A", 10_000), 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			caller := &bench{Bench: b.Bench, auth: "Bearer " + tt.token}
			status, text := caller.call("POST", "/v2/verify", bySMS)
			if status != tt.want {
				t.Fatalf("got %d %s, want %d", status, text, tt.want)
			}
			if status == 202 {
				b.want("DELETE", "/v2/verify/"+compattest.Field(t, text, "request_id"), "", 204, "")
			}
			if tt.name == "expired" && b.plain(text) != `{"title":"You did not provide correct credentials.","type":"`+common+`#jwt-expired","detail":"The JWT provided has expired.","instance":"~"}` {
				t.Errorf("got %s", text)
			}
		})
	}
}

func TestApplicationSeesItsServiceOnly(t *testing.T) {
	b := newBench(t)
	key, public := newRSA(t, 2048)
	if err := b.api.Application(application, public, "loose"); err != nil {
		t.Fatal(err)
	}
	app := &bench{Bench: b.Bench, auth: "Bearer " + token(t, key, nil, nil)}
	theirs := b.start(bySMS)
	code := compattest.Code(b.SMS.Delivery(t))
	app.want("POST", "/v2/verify/"+theirs, `{"code":"`+code+`"}`, 404, gone)
	own := app.start(`{"brand":"ACME","code_length":4,"workflow":[{"channel":"sms","to":"447700900000"}]}`) // as loose may
	app.want("POST", "/v2/verify/"+own, `{"code":"`+compattest.Code(b.SMS.Delivery(t))+`"}`, 200, `{"request_id":"~","status":"completed"}`)
	app.want("POST", "/v2/verify/templates", `{"name":"theirs"}`, 201, `{"template_id":"~","name":"theirs","is_default":true,"_links":{"fragments":{"href":"~/v2/verify/templates/~/template_fragments"},"self":{"href":"~/v2/verify/templates/~"}}}`)
}

func TestApplicationsThatAreRefused(t *testing.T) {
	b := newBench(t)
	private, public := newRSA(t, 2048)
	_, small := newRSA(t, 1024)
	for name, err := range map[string]error{
		"no id":       b.api.Application("", public, ""),
		"no PEM":      b.api.Application(application, []byte("ssh-rsa AAAA"), ""),
		"private key": b.api.Application(application, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)}), ""),
		"short key":   b.api.Application(application, small, ""),
		"no service":  b.api.Application(application, public, "nowhere"),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
