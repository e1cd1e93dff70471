package prompt_test

import (
	"context"
	"log"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/audio"
	"github.com/pinbell/pinbell/prompt"
)

// Words are spoken by a Piper server on this machine, by whatever is installed
// where that fails, and kept on disk.
func ExampleChain() {
	piper, err := prompt.NewPiper(prompt.PiperConfig{
		URL:    "http://127.0.0.1:5000/synthesize",
		Voices: prompt.Voices{"de": "de_DE-thorsten-medium", "en-GB/female": "en_GB-alba-medium"},
	})
	if err != nil {
		log.Fatal(err)
	}
	engines := prompt.Chain{piper}
	if installed, ok := prompt.FindEngine(); ok {
		engines = append(engines, installed)
	}
	renderer, err := prompt.New(prompt.Config{Engine: engines, CacheDir: "/var/cache/pinbell/speech"})
	if err != nil {
		log.Fatal(err)
	}
	words := pinbell.Item{Kind: pinbell.ItemSay, Text: pinbell.NewText("Hier ist Acme.")}
	clips, err := renderer.Render(context.Background(), pinbell.Playlist{words}, "de-DE", audio.PCMA)
	if err != nil {
		log.Fatal(err)
	}
	log.Print(clips[0].Len())
}
