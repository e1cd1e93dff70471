//go:build race

package handset

// raced is how many times slower the race detector makes arithmetic, so that
// tests may do with fewer samples of it.
const raced = 8
