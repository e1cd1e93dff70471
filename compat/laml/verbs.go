package laml

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/pinbell/pinbell"
)

// verb reads one verb of a document.
func (p *parser) verb(e xml.StartElement) ([]step, error) {
	if p.verbs++; p.verbs > maxVerbs {
		return nil, invalid("the document has more than %d verbs", maxVerbs)
	}
	switch e.Name.Local {
	case "Gather":
		g, err := p.gather(e)
		return []step{{gather: g}}, err
	case "Redirect":
		to, err := p.redirect(e)
		return []step{{redirect: to}}, err
	case "Hangup":
		if _, err := attributes(e); err != nil {
			return nil, err
		}
		return []step{{hangUp: true}}, p.empty(e)
	}
	list, err := p.said(e)
	steps := make([]step, len(list))
	for i, item := range list {
		steps[i].item = item
	}
	return steps, err
}

// said reads a verb that says something.
func (p *parser) said(e xml.StartElement) (pinbell.Playlist, error) {
	switch e.Name.Local {
	case "Say":
		return p.say(e)
	case "Play":
		return p.play(e)
	case "Pause":
		return p.pause(e)
	}
	return nil, invalid("<%s> is not supported here; a call may Say, Play, Pause, Gather, Redirect and Hangup", name(e.Name))
}

func (p *parser) play(e xml.StartElement) (pinbell.Playlist, error) {
	values, err := attributes(e, "loop", "digits")
	if err != nil {
		return nil, err
	}
	if _, ok := values["digits"]; ok {
		return nil, invalid("digits of <Play>: keys are not sent here")
	}
	address, err := p.text(e)
	if err != nil {
		return nil, err
	}
	if address == "" {
		return nil, invalid("<Play> has no address")
	}
	return p.repeated("Play", values["loop"], pinbell.Playlist{{Kind: pinbell.ItemPlay, URL: address}})
}

// longestPause is the longest item of silence; longer ones are several.
const longestPause = time.Minute

func (p *parser) pause(e xml.StartElement) (pinbell.Playlist, error) {
	values, err := attributes(e, "length")
	if err != nil {
		return nil, err
	}
	seconds, err := number("Pause", "length", values["length"], 1, 0, 600)
	if err != nil {
		return nil, err
	}
	var list pinbell.Playlist
	for left := time.Duration(seconds) * time.Second; left > 0; left -= longestPause {
		list = append(list, pinbell.Item{Kind: pinbell.ItemPause, Pause: min(left, longestPause)})
	}
	if list, err = p.repeated("Pause", "", list); err != nil {
		return nil, err
	}
	return list, p.empty(e)
}

func (p *parser) redirect(e xml.StartElement) (*target, error) {
	values, err := attributes(e, "method")
	if err != nil {
		return nil, err
	}
	to := target{}
	if to.method, err = method("Redirect", values["method"]); err != nil {
		return nil, err
	}
	to.url, err = p.text(e)
	return &to, err
}

func (p *parser) gather(e xml.StartElement) (*gather, error) {
	values, err := attributes(e, "input", "action", "method", "timeout", "numDigits", "finishOnKey", "actionOnEmptyResult")
	if err != nil {
		return nil, err
	}
	if in := values["input"]; in != "" && in != "dtmf" {
		return nil, invalid(`input of <Gather>: keys alone are understood here, want "dtmf"`)
	}
	g := &gather{keys: pinbell.Gather{Finish: "#", BargeIn: true, Go: true}, action: target{url: values["action"]}}
	if g.action.method, err = method("Gather", values["method"]); err != nil {
		return nil, err
	}
	if g.keys.Max, err = number("Gather", "numDigits", values["numDigits"], mostKeys, 1, mostKeys); err != nil {
		return nil, err
	}
	seconds, err := number("Gather", "timeout", values["timeout"], 5, 1, 60)
	if err != nil {
		return nil, err
	}
	g.keys.Timeout = time.Duration(seconds) * time.Second
	if finish, ok := values["finishOnKey"]; ok {
		if len(finish) > 1 || strings.Trim(finish, "0123456789*#") != "" {
			return nil, invalid("finishOnKey of <Gather>: want one key, or nothing")
		}
		g.keys.Finish = finish
	}
	switch values["actionOnEmptyResult"] {
	case "", "false":
	case "true":
		g.onEmpty = true
	default:
		return nil, invalid("actionOnEmptyResult of <Gather>: want true or false")
	}
	return g, p.prompts(e, g)
}

// mostKeys is how many keys a gather takes where it names no number.
const mostKeys = 32

// prompts reads what is said while keys are awaited.
func (p *parser) prompts(e xml.StartElement, g *gather) error {
	return p.children(e, func(child xml.StartElement) error {
		if p.verbs++; p.verbs > maxVerbs {
			return invalid("the document has more than %d verbs", maxVerbs)
		}
		list, err := p.said(child)
		if err != nil {
			return err
		}
		if g.prompts = append(g.prompts, list...); len(g.prompts) > gatherRoom {
			return invalid("<Gather> says more than %d things", gatherRoom)
		}
		return nil
	})
}

func method(verb, value string) (string, error) {
	switch m := strings.ToUpper(value); m {
	case "":
		return "POST", nil
	case "GET", "POST":
		return m, nil
	}
	return "", invalid("method of <%s>: want GET or POST", verb)
}
