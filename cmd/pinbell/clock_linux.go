package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// clock tells the time that codes live by, and whether the kernel takes it for
// synchronised. One that is not is no fault by itself: virtual machines are
// often kept in time from outside.
func clock() finding {
	now := time.Now().UTC().Format(time.DateTime) + " UTC"
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	switch {
	case err != nil:
		return finding{What: "clock", OK: true, Detail: now}
	case state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0:
		return finding{What: "clock", OK: true, Detail: now + ", not synchronised as far as the kernel knows"}
	}
	return finding{What: "clock", OK: true, Detail: now + ", synchronised"}
}
