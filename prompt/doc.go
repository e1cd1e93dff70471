// Package prompt turns playlists into sound: digits and phrases from the voice
// packs inside the binary, other words from a speech engine where one is
// configured.
//
// A voice pack is a folder packs/<locale> with a recording for each digit and
// phrase and pack.toml, which holds the words, the engine that spoke them and
// its licence; [Build] makes the recordings from it again. Digits are spliced
// from recordings, so no engine runs to say a code, and no engine ever sees one.
//
// A [Renderer] is safe for concurrent use; packs are decoded once, when first
// spoken, and the fragments of [audio.Clip] values are shared by all calls.
//
//	r, err := prompt.New(prompt.Config{})
//	clips, err := r.Render(ctx, playlist, "en-US", audio.PCMU) // one clip an item
package prompt
