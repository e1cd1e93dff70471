// Package prompt turns playlists into sound: digits and phrases from the voice
// packs inside the binary, other words from a speech engine where one is
// configured.
//
// A voice pack is a folder packs/<locale> with a recording for each digit and
// phrase and pack.toml, which holds the words, the engine that spoke them and
// its licence; [Build] makes the recordings from it again. Digits are spliced
// from recordings, so no engine runs to say a code, and no engine ever sees one.
// A pack also speaks for locales that it names, and for its language where no
// other does; Config.Without leaves out the packs of an engine. The page
// docs/voices.md lists them all.
//
// Without an engine, words are said where recordings have all of them: the
// phrases of a pack, digits, or both, as in "Your code is 123456". [FindEngine]
// finds an engine that is installed, [Command] runs any other, [OpenAI] and
// [Piper] are reached by HTTP; a [Chain] asks one after the other. When all
// fail, words are said from recordings or in the fallback's language where that
// is possible. A verification call goes on without words that nobody can say, or
// has a phrase in their place. What an engine said is kept, on disk too where there is a folder
// for it, and its callers share it; what may hold a code is kept for a minute
// and never on disk.
//
// Recordings that a playlist names by URL are fetched by [Media], before the
// phone rings and from hosts that the configuration lists. Those that were
// uploaded come from [Uploads], and are checked by [Inspect] when they arrive.
//
// A [Renderer] is safe for concurrent use; packs are decoded once, when first
// spoken, and the fragments of [audio.Clip] values are shared by all calls.
//
//	r, err := prompt.New(prompt.Config{})
//	clips, err := r.Render(ctx, playlist, "en-US", audio.PCMU) // one clip an item
package prompt
