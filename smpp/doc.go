// Package smpp speaks SMPP 3.4, the protocol between those who send text
// messages (ESMEs) and those who deliver them (SMSCs), on both sides.
//
// It has three layers. The codec turns [PDU] values into bytes and back, with
// [Append] and [Unmarshal]; optional parameters are kept, known or not. The
// text functions turn text into segments ([EncodeText]) and back ([Joiner]),
// and receipts into values ([ParseReceipt]) and back ([Receipt.DeliverSM]). A
// [Session] is one connection with a window of open requests, served by a
// [Client], which keeps a bind alive, or a [Server], which accepts binds.
//
// It is not a gateway: it knows no routes, prices, queues or codes. Message
// texts, numbers and passwords never reach its logs or errors.
//
// # Sending twice
//
// A request that ends without an answer says in its [SendError] whether it had
// left. Nothing in this package sends a request again that may have left.
//
// # Concurrency
//
// Sessions, clients and servers are safe for concurrent use; constructors start
// nothing and Run or Serve return when all their goroutines have ended. A
// session has one reader, which never waits for a handler, and one writer,
// which sends what many callers have queued in one system call. PDUs and
// Joiners are plain values, not safe for concurrent use.
package smpp
