package gateway

import "github.com/pinbell/pinbell"

// A Template describes the API of an HTTP carrier. Values may hold
// placeholders, each written as the place it stands in needs it:
//
//	{to} {to_digits}  the number with and without "+"
//	{from}            sender or caller ID
//	{text}            what a message or a call says; in bodies only
//	{locale} {lang}   of a call's words, as "en-US" and "en"
//	{attempt}         our identifier of the delivery, the same if it is repeated
//	{reference}       the company's identifier; in Status URLs only
//	{callback}        where callbacks go; "" without a public URL
type Template struct {
	// Method defaults to POST.
	Method string
	// Path is appended to [Config.BaseURL]. It may hold {to}, {to_digits},
	// {from} and {attempt}; what is said must not stand in a URL.
	Path string
	// Headers of each request. Defaults to none.
	Headers map[string]string
	// Form is a body of form fields, JSON one of a JSON text whose strings may
	// hold placeholders. One of them is required.
	Form map[string]string
	JSON string
	// Bearer sends Secret as a bearer token, not as Basic with Account.
	Bearer bool
	// Keyed says that the company delivers once for an {attempt}, so that a
	// request without an answer may be repeated. Defaults to false.
	Keyed bool

	// Success are the statuses of an accepted delivery. Defaults to 200 to 202.
	Success []int
	// SuccessPath and SuccessValue, where given, must hold in the answer too.
	SuccessPath, SuccessValue string
	// IDPath leads to the company's identifier in the answer: "data.0.id".
	// Defaults to none: then there are no receipts.
	IDPath string

	// StatusPath is appended to BaseURL to ask for a state by GET, with
	// {reference}. Defaults to none.
	StatusPath string
	// StatePath leads to the state in that answer.
	StatePath string
	// States says what its values mean. Others mean that it goes on.
	States map[string]pinbell.Outcome
}
