package voice

import (
	"log/slog"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// quiet is the library's logger: it writes whole messages, with the numbers and
// keys in them.
var quiet = slog.New(slog.DiscardHandler)

// A table holds the transactions under way. A message finds its own by the
// branch of its Via (RFC 3261 §17.1.3, §17.2.3); the library's state machines
// do the rest.
type table struct {
	mu     sync.Mutex
	client map[string]*exchange
	server map[string]*sip.ServerTx
}

func newTable() *table {
	return &table{client: map[string]*exchange{}, server: map[string]*sip.ServerTx{}}
}

// request begins a client transaction over a link. What takes the 2xx to an
// INVITE, and each repetition, may be given besides: the transaction ends with
// the first then. The library's own would hold on to all of the call for 32 s
// more (RFC 6026 §7.2), which is megabytes at the rate that calls are made.
func (t *table) request(req *sip.Request, over *link, success takes) (*sip.ClientTx, error) {
	key, err := sip.ClientTxKeyMake(req)
	if err != nil {
		return nil, err
	}
	tx := sip.NewClientTx(key, req, over, quiet)
	e := &exchange{tx: tx, over: over, success: success}
	tx.OnTerminate(func(key string, _ error) {
		if !e.lasts() {
			t.forget(key)
		}
	})
	t.mu.Lock()
	t.client[key] = e
	t.mu.Unlock()
	if err := tx.Init(); err != nil {
		tx.Terminate()
		return nil, err
	}
	return tx, nil
}

// forget ends what lasted beyond its transaction.
func (t *table) forget(key string) {
	t.mu.Lock()
	delete(t.client, key)
	t.mu.Unlock()
}

// respond gives a response to its transaction and reports whether there is one.
func (t *table) respond(res *sip.Response) bool {
	key, err := sip.ClientTxKeyMake(res)
	if err != nil {
		return true // of nobody, and nothing can be done about it
	}
	t.mu.Lock()
	e := t.client[key]
	t.mu.Unlock()
	if e == nil {
		return false
	}
	e.take(res)
	return true
}

// receive returns the transaction of a request, and whether the request began
// it. CANCEL is of the transaction that it cancels (RFC 3261 §9.2).
func (t *table) receive(req *sip.Request, from *link) (tx *sip.ServerTx, begun bool, err error) {
	key, err := sip.ServerTxKeyMake(req)
	if err != nil {
		return nil, false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if req.IsCancel() {
		if tx := t.server[strings.TrimSuffix(key, string(sip.CANCEL))+string(sip.INVITE)]; tx != nil {
			return tx, false, nil
		}
	}
	if tx := t.server[key]; tx != nil {
		return tx, false, nil
	}
	tx = sip.NewServerTx(key, req, from, quiet)
	if err := tx.Init(); err != nil {
		return nil, false, err
	}
	tx.OnTerminate(func(key string, _ error) {
		t.mu.Lock()
		delete(t.server, key)
		t.mu.Unlock()
	})
	t.server[key] = tx
	return tx, true, nil
}

// drop ends the client transactions of a connection that is dead: nobody will
// answer them. All of them, where none is named.
func (t *table) drop(dead *stream) {
	t.mu.Lock()
	var ended []*exchange
	for _, e := range t.client {
		if dead == nil || e.over.stream == dead {
			ended = append(ended, e)
		}
	}
	t.mu.Unlock()
	for _, e := range ended {
		e.end(dead != nil)
	}
}

// close ends all transactions.
func (t *table) close() {
	t.drop(nil)
	t.mu.Lock()
	var ended []*sip.ServerTx
	for _, tx := range t.server {
		ended = append(ended, tx)
	}
	t.mu.Unlock()
	for _, tx := range ended {
		tx.Terminate()
	}
}

// An exchange is a client transaction and the responses on their way to it. They
// are given to it in the order they came in, on one goroutine: a transaction
// blocks until its owner has taken a response, which the socket must not.
type exchange struct {
	tx      *sip.ClientTx
	over    *link
	success takes // nil: the transaction's owner

	mu      sync.Mutex
	waiting []*sip.Response
	giving  bool
	ending  bool // when nothing waits any more
	lasting bool // beyond its transaction, until it is forgotten
}

// takes handles a 2xx to an INVITE, and says whether it was one, and whether
// repetitions of it are to come here too.
type takes func(res *sip.Response) (taken, lasting bool)

// lasts reports whether the exchange goes on when its transaction ends.
func (e *exchange) lasts() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.lasting
}

// give hands a response to who takes it.
func (e *exchange) give(res *sip.Response) {
	if e.success == nil || !res.IsSuccess() {
		e.tx.Receive(res)
		return
	}
	if taken, lasting := e.success(res); taken {
		e.mu.Lock()
		e.lasting = lasting
		e.mu.Unlock()
		e.tx.Terminate()
	}
}

// maxWaiting bounds the responses that wait; the rest are repeated by the far end.
const maxWaiting = 64

func (e *exchange) take(res *sip.Response) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.waiting) >= maxWaiting {
		return
	}
	e.waiting = append(e.waiting, res)
	if !e.giving {
		e.giving = true
		go e.giveAll()
	}
}

func (e *exchange) giveAll() {
	for {
		e.mu.Lock()
		if len(e.waiting) == 0 {
			e.giving = false
			ending := e.ending
			e.mu.Unlock()
			if ending {
				e.tx.Terminate()
			}
			return
		}
		res := e.waiting[0]
		e.waiting = e.waiting[1:]
		e.mu.Unlock()
		e.give(res)
	}
}

// end ends the transaction: at once, or after what came before its connection
// was lost.
func (e *exchange) end(after bool) {
	e.mu.Lock()
	e.ending = true
	wait := after && e.giving
	e.mu.Unlock()
	if !wait {
		e.tx.Terminate()
	}
}
