// Package api is Pinbell's native HTTP API as a client sees it: the wire types,
// the problem codes and a [Client]. It imports nothing else of Pinbell, so a
// program that verifies numbers needs this package only.
//
//	c, err := api.New(api.Config{BaseURL: "http://127.0.0.1:8080", Key: os.Getenv("PINBELL_KEY")})
//	v, err := c.Start(ctx, api.StartRequest{To: "+15551234567", Channel: "voice"})
//	result, err := c.Check(ctx, v.ID, api.CheckRequest{Code: typed})
//	if result.Valid { … }
//
// Errors that the server answered with are [*Problem] values; see its Code.
// A Client is safe for concurrent use.
package api
