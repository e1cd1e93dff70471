// Command login-go is a log-in with a second factor, against Pinbell's native
// API: people sign up with a phone number and a password, log in with the
// password, and are signed in once they typed the code that reached their
// phone. Users and sessions are in memory, gone when it ends.
//
//	pinbell demo --key-file key
//	go run ./examples/login-go --pinbell http://127.0.0.1:8080 --key-file key
package main
