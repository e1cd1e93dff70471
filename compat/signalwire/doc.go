// Package signalwire answers SignalWire's API of multi-factor authentication,
// and the routes of the sample in its guide "Two Factor Authentication for
// Voice".
//
// The sample is a program that its readers deploy. Its routes are kept and its
// holes are not: it calls whomever a stranger names, takes any number of
// guesses, and has the code in addresses. Its /call_2fa is not served at all:
// it tells the code to whoever asks, and a call needs no such document here.
//
// Calls and messages (LaML) are package laml's.
//
// An [API] is safe for concurrent use.
package signalwire
