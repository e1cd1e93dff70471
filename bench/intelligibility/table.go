package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// aims are what the voice rms had of 100 codes at each loss, in per cent, when
// it was chosen: its sound alone, lost packets silent, the same recogniser.
var aims = map[float64]string{0: "100", 1: "100", 3: "97", 5: "92", 10: "76"}

// table prints how many of the codes were understood whole.
func table(w io.Writer, cells []*cell, codes int) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "of %d codes\tlost\tpocketsphinx read\taim of 100\thandset heard\n", codes)
	for _, c := range cells {
		aim := ""
		if c.zeroFill {
			aim = aims[c.percent]
		}
		fmt.Fprintf(t, "%s\t%.2f %%\t%d\t%s\t%d\n", c, c.lost, c.read, aim, c.heard)
	}
	_ = t.Flush()
}
