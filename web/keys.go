package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/api"
)

// ownKeys are the keys that the caller may see: all, or those of its service.
func (s *Server) ownKeys(r *http.Request, c caller) ([]pinbell.Key, error) {
	keys, err := s.cfg.Keys.Keys(r.Context())
	if own := c.service(); own != "" {
		keys = slices.DeleteFunc(keys, func(k pinbell.Key) bool { return k.Service != own })
	}
	return keys, err
}

func (s *Server) listKeys(w http.ResponseWriter, r *http.Request, c caller) error {
	keys, err := s.ownKeys(r, c)
	if err != nil {
		return err
	}
	out := api.List[api.Key]{Data: make([]api.Key, len(keys))}
	for i, k := range keys {
		out.Data[i] = wireKey(k)
	}
	return encode(w, http.StatusOK, out)
}

// createKey answers with the key itself, once. Secrets are not kept, so the
// answer cannot be replayed: with an Idempotency-Key the key's identifier
// follows from it, and a repeated request is a conflict instead of a second key.
func (s *Server) createKey(w http.ResponseWriter, r *http.Request, c caller) error {
	in, body, err := decode[api.KeyRequest](r)
	if err != nil {
		return err
	}
	o, err := once(r, c, body, http.StatusCreated, nil)
	if err != nil {
		return err
	}
	service, err := c.choose(in.Service) // a key of one service makes keys of that service
	if err != nil {
		return err
	}
	if _, err := s.cfg.Verify.Profile(service); err != nil {
		return err
	}
	key, secret, err := pinbell.NewKey(in.Name, service, in.Scopes, s.cfg.Now().UTC())
	if err != nil {
		return err
	}
	if o != nil {
		key.ID = pinbell.KeyIDFrom(string(o.Owner) + " " + o.Key)
	}
	if err := s.cfg.Keys.CreateKey(r.Context(), key); err != nil {
		return err
	}
	out := wireKey(key)
	out.Secret = secret.Reveal()
	return encode(w, http.StatusCreated, out)
}

func (s *Server) revokeKey(w http.ResponseWriter, r *http.Request, c caller) error {
	id := pinbell.KeyID(r.PathValue("id"))
	keys, err := s.ownKeys(r, c)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(keys, func(k pinbell.Key) bool { return k.ID == id }) {
		return fmt.Errorf("api key: %w", pinbell.ErrNotFound)
	}
	if err := s.cfg.Keys.RevokeKey(r.Context(), id, s.cfg.Now().UTC()); err != nil {
		return err
	}
	s.cfg.Access.Forget()
	w.WriteHeader(http.StatusNoContent)
	return nil
}
