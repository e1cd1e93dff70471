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

type handler func(http.ResponseWriter, *http.Request, compat.Caller) error

// An action is what a method does to a resource, and the scope it takes.
type action struct {
	scope pinbell.Scope
	do    handler
}

// Routes adds the paths of the API, as Twilio and SignalWire's clients use
// them and as SignalWire's documentation prints them.
func (a *API) Routes(mux *http.ServeMux) {
	for _, prefix := range []string{"", lamlPrefix} {
		accounts := prefix + "/" + apiVersion + "/Accounts/{account}/"
		for _, suffix := range []string{"", ".json"} {
			a.route(mux, accounts+"Calls"+suffix, map[string]action{
				"POST": {pinbell.ScopeSend, a.createCall},
				"GET":  {pinbell.ScopeRead, a.listCalls},
			})
			a.route(mux, accounts+"Messages"+suffix, map[string]action{
				"POST": {pinbell.ScopeSend, a.createMessage},
				"GET":  {pinbell.ScopeRead, a.listMessages},
			})
		}
		a.route(mux, accounts+"Calls/{sid}", map[string]action{
			"GET":    {pinbell.ScopeSend, a.readCall},
			"POST":   {pinbell.ScopeSend, a.updateCall},
			"DELETE": {pinbell.ScopeSend, a.deleteCall},
		})
		a.route(mux, accounts+"Messages/{sid}", map[string]action{
			"GET":    {pinbell.ScopeSend, a.readMessage},
			"POST":   {pinbell.ScopeSend, a.updateMessage},
			"DELETE": {pinbell.ScopeSend, a.deleteMessage},
		})
	}
	a.route(mux, "/"+apiVersion+"/", nil)
	a.route(mux, lamlPrefix+"/", nil)
}

// lamlPrefix is where SignalWire's documentation has the API.
const lamlPrefix = "/api/laml"

// route serves the methods of a path; nil is a path where nothing is.
func (a *API) route(mux *http.ServeMux, path string, methods map[string]action) {
	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := a.serve(w, r, methods); err != nil {
			a.fail(w, r, err)
		}
	})
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, methods map[string]action) error {
	todo, ok := methods[r.Method]
	scope := todo.scope
	if !ok {
		scope = pinbell.ScopeSend
	}
	caller, err := a.cfg.Basic(r, scope)
	switch {
	case err != nil:
		return err
	case methods == nil || !isAccount(r.PathValue("account")):
		return notFound(r)
	case !ok:
		return wrongMethod(w, methods)
	}
	return todo.do(w, r, caller)
}
