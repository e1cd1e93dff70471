package test_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSeedsPage runs the commands of docs/seeds.md, each block in a shell of its
// own after the first, which sets up the others.
func TestSeedsPage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"curl", "python3", "flite", "sox"} {
		if _, err := exec.LookPath(name); err != nil {
			missing(t, "%s is missing", name)
		}
	}
	page, err := os.ReadFile("../docs/seeds.md")
	if err != nil {
		t.Fatal(err)
	}
	d := pinbell(t)
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) < 6 {
		t.Fatalf("the page has %d blocks of commands", len(blocks))
	}
	setup := string(blocks[0][1])
	// Other tests ring the same numbers of the guides at the same time.
	own := strings.NewReplacer("8180546952", "8180546953", "3161234567", "3161234568", "1212555121", "1212555122")
	for i, block := range blocks[1:] {
		t.Run(string(rune('1'+i)), func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(within(t, time.Minute), "bash", "-euo", "pipefail", "-c", setup+own.Replace(string(block[1])))
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), "PINBELL="+d.url, "KEY="+d.key, "PATH="+filepath.Join(d.dir)+":"+os.Getenv("PATH"))
			cmd.WaitDelay = time.Second
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
