//go:build !race

package handset

const raced = 1
