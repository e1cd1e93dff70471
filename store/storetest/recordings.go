package storetest

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/pinbell/pinbell"
)

// upload is one of a service that may keep as many as there are.
func (s *suite) upload(service string, at time.Duration, sound []byte) pinbell.Upload {
	now := s.now.Add(at)
	return pinbell.Upload{
		Recording: pinbell.Recording{
			ID: pinbell.NewRecordingID(now), Service: service, Name: "grüße\"", Format: "wav", Duration: 1234 * time.Millisecond,
			Bytes: len(sound), CreatedAt: now,
		},
		Sound: sound, MaxCount: 100, MaxBytes: 100 << 20,
	}
}

func recordings(s *suite) {
	large := make([]byte, pinbell.MaxRecordingBytes)
	_, _ = rand.NewChaCha8([32]byte{}).Read(large)
	first, second, other := s.upload("shop", 0, large), s.upload("shop", time.Second, []byte("\x00")), s.upload("bank", 2*time.Second, []byte("RIFF"))
	s.wantFull(first.Recording)
	for _, in := range []pinbell.Upload{first, second, other} {
		_, err := s.Recording(s.ctx, in.Recording.ID)
		s.wantErr(err, pinbell.ErrNotFound)
		_, err = s.Sound(s.ctx, in.Recording.ID)
		s.wantErr(err, pinbell.ErrNotFound)
		got, err := s.Upload(s.ctx, in)
		s.must(err)
		s.same(got, in.Recording)
		got, err = s.Recording(s.ctx, in.Recording.ID)
		s.must(err)
		s.same(got, in.Recording)
		s.wantSound(in)
	}
	for service, want := range map[string][]pinbell.Recording{
		"shop": {second.Recording, first.Recording}, "bank": {other.Recording}, "none": nil, "": {other.Recording, second.Recording, first.Recording},
	} {
		got, err := s.Recordings(s.ctx, service)
		s.must(err)
		s.same(got, want)
	}
	twin := s.upload("bank", 0, []byte("another"))
	twin.Recording.ID = first.Recording.ID
	_, err := s.Upload(s.ctx, twin)
	s.wantErr(err, pinbell.ErrConflict)
	s.wantSound(first)

	s.must(s.DeleteRecording(s.ctx, first.Recording.ID))
	s.wantErr(s.DeleteRecording(s.ctx, first.Recording.ID), pinbell.ErrNotFound)
	_, err = s.Sound(s.ctx, first.Recording.ID)
	s.wantErr(err, pinbell.ErrNotFound)
	list, err := s.Recordings(s.ctx, "shop")
	s.must(err)
	s.same(list, []pinbell.Recording{second.Recording})
	s.wantSound(second)
}

func (s *suite) wantSound(in pinbell.Upload) {
	s.Helper()
	got, err := s.Sound(s.ctx, in.Recording.ID)
	s.must(err)
	if !bytes.Equal(got, in.Sound) {
		s.Fatalf("%d bytes come back as %d others", len(in.Sound), len(got))
	}
}

// recordingRoom: a service keeps so many of so many bytes, whatever others keep
// and however many are uploaded at once.
func recordingRoom(s *suite) {
	upload := func(service string, size, count, bytes int) (pinbell.Recording, error) {
		in := s.upload(service, 0, make([]byte, size))
		in.MaxCount, in.MaxBytes = count, bytes
		return s.Upload(s.ctx, in)
	}
	kept := 0
	for _, err := range together(20, func(int) error {
		_, err := upload("shop", 10, 5, 1000)
		return err
	}) {
		if err == nil {
			kept++
			continue
		}
		s.wantErr(err, pinbell.ErrNoRoom)
	}
	s.same(kept, 5)
	_, err := upload("bank", 10, 5, 1000)
	s.must(err)
	_, err = upload("shop", 10, 6, 59)
	s.wantErr(err, pinbell.ErrNoRoom)
	last, err := upload("shop", 10, 6, 60)
	s.must(err)
	_, err = upload("shop", 1, 6, 1000)
	s.wantErr(err, pinbell.ErrNoRoom)
	s.must(s.DeleteRecording(s.ctx, last.ID))
	_, err = upload("shop", 1, 6, 1000)
	s.must(err)
}

// recordingOnce: an upload that is repeated takes effect once and is answered
// as the first was, also when there is no room for another; one that was refused
// may be tried again.
func recordingOnce(s *suite) {
	in := s.upload("shop", 0, []byte("sound"))
	in.MaxCount = 1
	in.Once = &pinbell.Once{Owner: "ak_1", Key: "k", Request: [32]byte{1}, AnswerRecording: func(r pinbell.Recording) []byte { return []byte(r.ID) }}
	kept, answer := 0, ""
	for _, err := range together(20, func(int) error {
		again := in
		again.Recording.ID = pinbell.NewRecordingID(s.now)
		_, err := s.Upload(s.ctx, again)
		return err
	}) {
		var replay *pinbell.ReplayError
		switch {
		case err == nil:
			kept++
		case !errors.As(err, &replay) || answer != "" && answer != string(replay.Answer):
			s.Fatalf("repeated: %v", err)
		default:
			answer = string(replay.Answer)
		}
	}
	s.same(kept, 1)
	list, err := s.Recordings(s.ctx, "")
	s.must(err)
	if len(list) != 1 || string(list[0].ID) != answer {
		s.Fatalf("%d recordings, answered with %s", len(list), answer)
	}
	other := in
	other.Once = &pinbell.Once{Owner: "ak_1", Key: "k", Request: [32]byte{2}, AnswerRecording: in.Once.AnswerRecording}
	_, err = s.Upload(s.ctx, other)
	s.wantErr(err, pinbell.ErrConflict)

	later := s.upload("shop", time.Second, []byte("more"))
	later.MaxCount = 1
	later.Once = &pinbell.Once{Owner: "ak_1", Key: "later", AnswerRecording: in.Once.AnswerRecording}
	_, err = s.Upload(s.ctx, later)
	s.wantErr(err, pinbell.ErrNoRoom)
	later.MaxCount = 2
	_, err = s.Upload(s.ctx, later)
	s.must(err)
}
