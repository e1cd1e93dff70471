package api

import (
	"context"
	"io"
	"net/http"
)

// Ready asks whether the server can store and deliver now. A server that
// answers that it is not ready is no error.
func (c *Client) Ready(ctx context.Context) (Readiness, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	resp, err := c.request(ctx, http.MethodGet, c.base.JoinPath("/readyz").String(), nil, http.Header{"Accept": {"application/json"}})
	if err != nil {
		return Readiness{}, broken(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusServiceUnavailable {
		return Readiness{}, problemOf(resp)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
	if err != nil {
		return Readiness{}, broken(ctx, err)
	}
	return decode[Readiness](answer)
}
