package handset

import "net/http"

// Handler returns the page and the API. Paths in the page are relative, so it
// may be mounted below a prefix that is stripped off.
func (h *Handset) Handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, f handler) { mux.Handle(pattern, f) }

	handle("GET /{$}", h.page)
	mux.Handle("GET /assets/{file}", assets())

	handle("GET /calls", h.listCalls)
	handle("GET /calls/{id}", h.showCall)
	handle("GET /calls/{id}/audio.wav", h.playCall)
	handle("GET /calls/{id}/audio.pcm", h.streamCall)
	handle("POST /calls/{id}/keys", h.pressKeys)
	handle("POST /calls/{id}/answer", h.answerCall)
	handle("POST /calls/{id}/hangup", h.hangUpCall)
	handle("GET /messages", h.listMessages)
	handle("GET /latest", h.latest)
	handle("POST /carrier/messages", h.takeMessage)
	handle("GET /carrier/messages/{id}", h.messageState)
	handle("GET /behaviour", h.showBehaviour)
	handle("POST /behaviour", h.behave)
	handle("POST /behavior", h.behave)
	handle("GET /phone", h.showPhone)
	handle("POST /phone", h.changePhone)
	handle("GET /events", h.events)
	handle("/", notFound)

	return http.NewCrossOriginProtection().Handler(mux)
}
