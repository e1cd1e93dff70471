// Package audio holds what Pinbell knows about sound: linear samples ([PCM]),
// the codecs of a telephone call ([Codec]), encoded prompts that calls share
// ([Clip], [Cursor]), WAV and MP3 files, sample rates and loudness.
//
// It is not a media engine: nothing here keeps time, opens a socket or runs in
// the background. All of it works on whole recordings in memory, which for
// prompts are seconds long.
//
// Functions never modify their arguments and may be called by any number of
// goroutines. A [Cursor] belongs to one goroutine; the Clip below it is shared
// and must not be written to.
//
// A prompt's way from a speech engine to a call:
//
//	speech, err := audio.ReadWAV(file)                     // any rate, mono or stereo
//	speech = audio.Resample(speech, audio.PCMU.SampleRate())
//	speech = audio.Trim(speech, 10*time.Millisecond)
//	speech = audio.Normalise(speech, audio.SpeechLevel, audio.PeakLevel)
//	clip := audio.Clip{audio.PCMU.Encode(speech.Samples)}
//
//	cursor := clip.Cursor()
//	frame := make([]byte, 20*audio.PCMU.BytesPerMillisecond())
//	for cursor.Next(frame, audio.PCMU.Silence()) > 0 {
//		// send frame
//	}
package audio
