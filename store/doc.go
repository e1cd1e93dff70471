// Package store keeps verifications with their attempts and events, orders,
// uploaded recordings, API keys, and the records and counters of other vendors'
// APIs in a database. It is the memory of the system and decides nothing: what
// an operation does to a verification or order is said by the pure transitions
// of package pinbell, which the store runs inside a transaction.
//
// [SQLite] is the engine inside the process. Package storetest holds the suite
// that every engine passes.
//
// # Durability
//
// A write that returned without an error is on disk (WAL, synchronous=FULL).
// One that returned an error had no effect, but that a verification or order
// whose time was over may have been written as expired. All writes pass one
// goroutine that takes what is waiting into one transaction, commits it once and
// answers everyone (group commit); a failed operation fails alone. A read sees
// every write that returned before it began.
//
// # Secrets
//
// Numbers and SIP addresses, callers' own codes, what orders say, the keys a
// person pressed, the sound of recordings, bodies of records and answers kept for
// repeated requests are sealed with the keyring; numbers and counters are found by a keyed hash.
// Without the keyring the database gives away neither number nor code. What
// orders say is erased soon after their end.
//
// # Concurrency
//
// A [SQLite] is safe for concurrent use. [Open] starts its writer and
// [SQLite.Close] waits for it to end. Another process may write to the same
// database, as the key command does, and waits its turn; but only one may
// deliver, because [SQLite.Recover] takes what others hold for abandoned.
//
//	st, err := store.Open(ctx, store.Config{Path: "pinbell.db", Keyring: keys})
//	if err != nil {
//		return err
//	}
//	defer st.Close()
//	v, err := st.Start(ctx, pinbell.Start{Verification: v})
package store
