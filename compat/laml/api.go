package laml

import (
	"net/http"
	"sync"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// origin is the name of this API in orders.
const origin = "laml"

// What all answers say.
const (
	apiVersion = "2010-04-01"
	direction  = "outbound-api"
)

// An API serves calls and messages.
type API struct {
	cfg compat.Config

	mu   sync.Mutex
	told map[pinbell.OrderID]string // the last event of each order that goes on
}

// New makes an API and has it conduct its calls and hear of its orders. To be
// called before the service runs.
func New(c compat.Config) (*API, error) {
	a := &API{cfg: c.WithDefaults(), told: map[pinbell.OrderID]string{}}
	c.Verify.Direct(origin, a.direct)
	c.Verify.Observe(origin, a.observe)
	return a, nil
}

// maxBody bounds a request: a document in a form, each of its characters
// written as three.
const maxBody = 3*maxDocument + 16<<10

// lamlPrefix is where SignalWire's documentation has the API.
const lamlPrefix = "/api/laml"

// Routes adds the paths of the API, as Twilio and SignalWire's clients use
// them and as SignalWire's documentation prints them.
func (a *API) Routes(mux *http.ServeMux) {
	const send, read = pinbell.ScopeSend, pinbell.ScopeRead
	rt := &compat.Router{Caller: a.caller, Fail: a.fail, MaxBody: maxBody, NoMethod: errMethod, Closed: send}
	for _, prefix := range []string{"", lamlPrefix} {
		account := prefix + "/" + apiVersion + "/Accounts/{account}"
		for _, end := range []string{"", ".json"} {
			rt.On("POST "+account+"/Calls"+end, a.createCall, send)
			rt.On("GET "+account+"/Calls"+end, a.listCalls, read)
			rt.On("POST "+account+"/Messages"+end, a.createMessage, send)
			rt.On("GET "+account+"/Messages"+end, a.listMessages, read)
		}
		rt.On("GET "+account+"/Calls/{sid}", a.readCall, send)
		rt.On("POST "+account+"/Calls/{sid}", a.updateCall, send)
		rt.On("DELETE "+account+"/Calls/{sid}", a.deleteCall, send)

		rt.On("GET "+account+"/Messages/{sid}", a.readMessage, send)
		rt.On("POST "+account+"/Messages/{sid}", a.updateMessage, send)
		rt.On("DELETE "+account+"/Messages/{sid}", a.deleteMessage, send)
	}
	rt.Mount(mux, "/"+apiVersion+"/", lamlPrefix+"/")
}

// caller reads who sends a request, for an account that can be one.
func (a *API) caller(r *http.Request, scopes ...pinbell.Scope) (compat.Caller, error) {
	caller, err := a.cfg.Basic(r, scopes...)
	if err == nil && !isAccount(r.PathValue("account")) {
		err = pinbell.ErrNotFound
	}
	return caller, err
}
