package verify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pinbell/pinbell"
	"github.com/pinbell/pinbell/verify"
)

// inspectable takes what begins with "sound" for one of two seconds.
func inspectable(c *verify.Config) {
	c.Services = []pinbell.Service{{Name: "shop"}, {Name: "bank"}}
	c.Inspect = func(sound []byte) (string, time.Duration, error) {
		if !strings.HasPrefix(string(sound), "sound") {
			return "", 0, errors.New("no sound")
		}
		return "wav", 2 * time.Second, nil
	}
}

func (r *rig) upload(t *testing.T, service string) pinbell.Recording {
	t.Helper()
	rec, err := r.Upload(t.Context(), verify.UploadRequest{Service: service, Name: "hello", Sound: []byte("sound of " + service)})
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func played(service string, ids ...pinbell.RecordingID) verify.OrderRequest {
	list := pinbell.Playlist{{Kind: pinbell.ItemPause, Pause: time.Second}}
	for _, id := range ids {
		list = append(list, pinbell.Item{Kind: pinbell.ItemPlay, URL: id.Address()})
	}
	return verify.OrderRequest{Channel: pinbell.Voice, To: anybody, Service: service, OrderWishes: pinbell.OrderWishes{Playlist: list}}
}

// wantFault holds an error to the fault of one field, in words.
func wantFault(t *testing.T, what string, err error, field, says string) {
	t.Helper()
	var fault *pinbell.FieldError
	if !errors.As(err, &fault) || fault.Field != field || !strings.Contains(fault.Detail, says) {
		t.Errorf("%s: %v, want a fault of %s that says %q", what, err, field, says)
	}
}

// TestRecordings: each service keeps its own, and sees no other's.
func TestRecordings(t *testing.T) {
	r := newRig(t, inspectable, voiceBy("trunk", ending(pinbell.Completed)))
	shop, bank := r.upload(t, "shop"), r.upload(t, "bank")
	if shop.Service != "shop" || shop.Name != "hello" || shop.Format != "wav" || shop.Duration != 2*time.Second || shop.Bytes != len("sound of shop") {
		t.Errorf("%+v", shop)
	}
	if own := r.upload(t, ""); own.Service != "default" {
		t.Errorf("of the service %q", own.Service)
	}
	got, sound, err := r.Sound(t.Context(), shop.ID, "shop")
	if err != nil || got != shop || string(sound) != "sound of shop" {
		t.Errorf("%+v, %q, %v", got, sound, err)
	}
	for service, want := range map[string]int{"": 3, "shop": 1, "none": 0} {
		if list, err := r.Recordings(t.Context(), service); err != nil || len(list) != want {
			t.Errorf("%d recordings of %q, %v", len(list), service, err)
		}
	}
	if _, err := r.Recording(t.Context(), bank.ID, "shop"); !errors.Is(err, pinbell.ErrNotFound) {
		t.Errorf("another's: %v", err)
	}
	if _, _, err := r.Sound(t.Context(), bank.ID, "shop"); !errors.Is(err, pinbell.ErrNotFound) {
		t.Errorf("another's sound: %v", err)
	}
	if err := r.DeleteRecording(t.Context(), bank.ID, "shop"); !errors.Is(err, pinbell.ErrNotFound) {
		t.Errorf("another's is deleted: %v", err)
	}
	if _, err := r.Place(t.Context(), []verify.OrderRequest{played("bank", bank.ID, bank.ID)}, nil); err != nil {
		t.Error(err)
	}
	for what, id := range map[string]pinbell.RecordingID{"another's": bank.ID, "none": pinbell.NewRecordingID(time.Now()), "malformed": "x"} {
		_, err := r.Place(t.Context(), []verify.OrderRequest{played("shop", shop.ID, id)}, nil)
		wantFault(t, what, err, "playlist[2].play", "no recording of this service")
	}
	if err := r.DeleteRecording(t.Context(), shop.ID, ""); err != nil {
		t.Error(err)
	}
	_, err = r.Place(t.Context(), []verify.OrderRequest{played("shop", shop.ID)}, nil)
	wantFault(t, "deleted", err, "playlist[1].play", "no recording of this service")
}

func TestUploadFaults(t *testing.T) {
	r := newRig(t, inspectable)
	for what, c := range map[string]struct {
		request     verify.UploadRequest
		field, says string
	}{
		"no sound":          {verify.UploadRequest{}, "body", "empty"},
		"text":              {verify.UploadRequest{Sound: []byte("hello")}, "body", "cannot be played: no sound"},
		"too much":          {verify.UploadRequest{Sound: make([]byte, pinbell.MaxRecordingBytes+1)}, "body", "larger than 5242880 bytes"},
		"unknown service":   {verify.UploadRequest{Service: "none", Sound: []byte("sound")}, "service", "not configured"},
		"long name":         {verify.UploadRequest{Name: strings.Repeat("é", 101), Sound: []byte("sound")}, "name", "longer than 100"},
		"line end in it":    {verify.UploadRequest{Name: "a\nb", Sound: []byte("sound")}, "name", "control character"},
		"name of bad UTF-8": {verify.UploadRequest{Name: "\xff", Sound: []byte("sound")}, "name", "UTF-8"},
	} {
		_, err := r.Upload(t.Context(), c.request)
		wantFault(t, what, err, c.field, c.says)
	}
	if list, err := r.Recordings(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("%d are kept, %v", len(list), err)
	}
	_, err := newRig(t, nil).Upload(t.Context(), verify.UploadRequest{Sound: []byte("sound")})
	wantFault(t, "without Inspect", err, "body", "cannot be uploaded here")
}

// TestInspectionsAreFew: uploads wait for each other, and not longer than who sends
// them.
func TestInspectionsAreFew(t *testing.T) {
	began, free := make(chan struct{}, 10), make(chan struct{})
	r := newRig(t, func(c *verify.Config) {
		c.Inspect = func([]byte) (string, time.Duration, error) {
			began <- struct{}{}
			<-free
			return "wav", time.Second, nil
		}
	})
	ended := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := r.Upload(context.WithoutCancel(t.Context()), verify.UploadRequest{Sound: []byte("sound")})
			ended <- err
		}()
		<-began
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := r.Upload(ctx, verify.UploadRequest{Sound: []byte("sound")}); !errors.Is(err, context.Canceled) || len(began) > 0 {
		t.Errorf("a third: %v", err)
	}
	close(free)
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestRecordingDeletedBeforeCall: nobody's phone rings for a call that has lost
// what it was to play.
func TestRecordingDeletedBeforeCall(t *testing.T) {
	phone := ending(pinbell.Completed)
	r := newRig(t, inspectable, voiceBy("trunk", phone))
	kept, lost := r.upload(t, "shop"), r.upload(t, "shop")
	request := played("shop", kept.ID, lost.ID)
	request.DueAt = time.Now().Add(300 * time.Millisecond)
	o := r.place(t, request)[0]
	if err := r.DeleteRecording(t.Context(), lost.ID, "shop"); err != nil {
		t.Fatal(err)
	}
	o = r.ended(t, o.ID, pinbell.CallFailed)
	if want := "its words are not there: playlist[2].play: the recording was deleted"; o.Cause != want || phone.count() != 0 {
		t.Errorf("cause %q after %d deliveries", o.Cause, phone.count())
	}
}

// TestConductedCallPlaysUploads: what a director brings stands before the same wall.
func TestConductedCallPlaysUploads(t *testing.T) {
	phone := ending(pinbell.Completed)
	r := newRig(t, inspectable, voiceBy("trunk", phone))
	own, other := r.upload(t, "shop"), r.upload(t, "bank")
	r.Direct("vendor", func(_ context.Context, o pinbell.Order) (pinbell.Playlist, func(context.Context, string) (pinbell.Playlist, error), error) {
		return played("", pinbell.RecordingID(o.Origin.ID)).Playlist, nil, nil
	})
	for id, want := range map[pinbell.RecordingID]pinbell.OrderStatus{own.ID: pinbell.CallCompleted, other.ID: pinbell.CallFailed} {
		request := verify.OrderRequest{Channel: pinbell.Voice, To: anybody, Service: "shop"}
		request.Origin = pinbell.Origin{API: "vendor", ID: string(id)}
		o := r.ended(t, r.place(t, request)[0].ID, want)
		if want == pinbell.CallFailed && !strings.Contains(o.Cause, "playlist[1].play: names no recording of this service") {
			t.Errorf("cause %q", o.Cause)
		}
	}
	if phone.count() != 1 {
		t.Errorf("%d deliveries", phone.count())
	}
}
