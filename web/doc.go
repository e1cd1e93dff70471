// Package web is Pinbell's HTTP face: the native API, its OpenAPI
// document and readable page, health and metrics, and the page on which a
// person tries it all.
//
// routes.go is the whole surface. Handlers decode, call [verify.Service] and
// encode; problem.go alone turns errors into status codes. A [Server] is an
// [http.Handler], starts nothing and is safe for concurrent use.
package web
