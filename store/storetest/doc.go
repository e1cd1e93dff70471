// Package storetest is the suite that every storage engine passes. It knows
// the operations and not the engine: an engine's test opens a store and hands
// it over.
//
//	func TestSQLite(t *testing.T) {
//		storetest.Exercise(t, func(t *testing.T) storetest.Store { return open(t) })
//	}
//
// Each part of the suite opens a store of its own, so parts may run in parallel.
package storetest
