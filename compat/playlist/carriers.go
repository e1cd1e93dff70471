package playlist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/compat"
)

// kindCarrier is what trunks are kept as.
const kindCarrier = "playlist.carrier"

// maxCarriers bounds the carriers of one service.
const maxCarriers = 100

// carrier finds the carrier that a carrier_id names: one of the configuration
// by an alias or its own name, or one from POST /carriers.
func (a *API) carrier(ctx context.Context, id string, caller compat.Caller) (string, error) {
	unknown := pinbell.Invalid("carrier_id", "is not known here: it is neither from POST /carriers nor in the configuration")
	if name := a.alias(id); name != "" {
		if _, ok := a.cfg.Verify.Carriers()[name]; !ok {
			return "", pinbell.Invalid("carrier_id", "stands for a carrier that is not configured here")
		}
		return name, nil
	}
	rec, err := a.cfg.Records.Record(ctx, kindCarrier, id)
	switch {
	case err == nil && rec.Service != "" && !visible(rec, caller):
		return "", unknown
	case err == nil:
		return rec.ID, nil
	case !errors.Is(err, pinbell.ErrNotFound):
		return "", err
	}
	if _, ok := a.cfg.Verify.Carriers()[id]; !ok {
		return "", unknown
	}
	return id, nil
}

// visible reports whether the caller may read a carrier. All may call by one of
// the operator's, as by those of the configuration; what it is stays theirs.
func visible(rec pinbell.Record, caller compat.Caller) bool {
	return caller.Service() == "" || rec.Service == caller.Service()
}

// trunk reads a trunk that the caller may see.
func (a *API) trunk(ctx context.Context, id string, caller compat.Caller) (Trunk, error) {
	rec, err := a.cfg.Records.Record(ctx, kindCarrier, id)
	if err != nil {
		return Trunk{}, err
	}
	if !visible(rec, caller) {
		return Trunk{}, notFound("carrier")
	}
	return decodeTrunk(rec)
}

func notFound(what string) error { return fmt.Errorf("%s: %w", what, pinbell.ErrNotFound) }

func decodeTrunk(rec pinbell.Record) (Trunk, error) {
	t := Trunk{ID: rec.ID, Service: rec.Service}
	return t, json.Unmarshal(rec.Body, &t)
}

// addTrunk stores a trunk under an identifier that nothing has, and adds it.
func (a *API) addTrunk(ctx context.Context, t Trunk, service string) (Trunk, error) {
	records, err := a.cfg.Records.Records(ctx, kindCarrier, "")
	if err != nil {
		return t, err
	}
	own := 0
	for _, rec := range records {
		if rec.Service == service {
			own++
		}
	}
	if own >= maxCarriers {
		return t, errTooManyCarriers
	}
	body, err := json.Marshal(t)
	if err != nil {
		return t, err
	}
	now := a.cfg.Now()
	for t.ID == "" {
		id := compat.NewHex("")[:8] // as long as the vendor's
		if _, taken := a.cfg.Verify.Carriers()[id]; taken || a.alias(id) != "" {
			continue
		}
		err := a.cfg.Records.PutRecord(ctx, pinbell.Record{Kind: kindCarrier, ID: id, Service: service, Body: body, CreatedAt: now, UpdatedAt: now}, true)
		if errors.Is(err, pinbell.ErrConflict) {
			continue
		}
		if err != nil {
			return t, err
		}
		t.ID, t.Service = id, service
	}
	if err := a.trunks.Add(ctx, t); err != nil {
		ctx := context.WithoutCancel(ctx)
		return t, errors.Join(err, a.cfg.Records.DeleteRecord(ctx, kindCarrier, t.ID))
	}
	return t, nil
}

// Restore adds the trunks that are stored. One that cannot be added does not
// keep the others from it; the error joins what went wrong.
func (a *API) Restore(ctx context.Context) error {
	records, err := a.cfg.Records.Records(ctx, kindCarrier, "")
	if err != nil {
		return err
	}
	var faults []error
	for _, rec := range records {
		t, err := decodeTrunk(rec)
		if err == nil {
			err = a.trunks.Add(ctx, t)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("carrier %s: %w", rec.ID, err))
		}
	}
	return errors.Join(faults...)
}
