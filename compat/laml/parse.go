package laml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/pinbell/pinbell"
)

// Codes of document errors, as both vendors number them.
const (
	codeRetrieval = 11200 // the document did not come
	codeParse     = 12100 // it is no XML
	codeSchema    = 12200 // it is no document that can be followed here
)

// A DocumentError says why a document cannot be followed. Its text names verbs
// and attributes, never what the document says or where it came from.
type DocumentError struct {
	Code   int // 11200, 12100 or 12200
	Detail string
	Err    error // behind it; may be nil
}

func (e *DocumentError) Error() string { return fmt.Sprintf("document error %d: %s", e.Code, e.Detail) }

func (e *DocumentError) Unwrap() error { return e.Err }

func invalid(format string, args ...any) error {
	return &DocumentError{Code: codeSchema, Detail: fmt.Sprintf(format, args...)}
}

// A parser reads one document.
type parser struct {
	d     *xml.Decoder
	verbs int
	items int
}

// Parse reads a document. The error is a [*DocumentError].
func Parse(text []byte) (Document, error) {
	if len(text) > maxDocument {
		return Document{}, invalid("the document is longer than %d KiB", maxDocument>>10)
	}
	p := &parser{d: xml.NewDecoder(bytes.NewReader(text))}
	root, err := p.root()
	if err != nil {
		return Document{}, err
	}
	if root.Name.Local != "Response" {
		return Document{}, invalid("the document is no <Response>")
	}
	if _, err := attributes(root); err != nil {
		return Document{}, err
	}
	var doc Document
	err = p.children(root, func(e xml.StartElement) error {
		steps, err := p.verb(e)
		doc.steps = append(doc.steps, steps...)
		return err
	})
	if err != nil {
		return Document{}, err
	}
	if end, err := p.root(); err == nil {
		return Document{}, invalid("<%s> stands after the end of the document", name(end.Name))
	} else if !errors.Is(err, io.EOF) {
		return Document{}, err
	}
	return doc, nil
}

// token reads the next token that counts.
func (p *parser) token() (xml.Token, error) {
	for {
		t, err := p.d.Token()
		if err != nil {
			return nil, broken(err)
		}
		switch t.(type) {
		case xml.Comment, xml.ProcInst:
			continue
		case xml.Directive:
			return nil, invalid("a document type is not allowed")
		}
		return t, nil
	}
}

// broken says where the XML is broken; the decoder's own words may repeat what
// the document says.
func broken(err error) error {
	e := &DocumentError{Code: codeParse, Detail: "the document is not well-formed XML in UTF-8", Err: err}
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		e.Detail = "the document is empty or ends too early"
	case errors.As(err, &syntax):
		e.Detail = fmt.Sprintf("line %d of the document is not well-formed XML", syntax.Line)
	}
	return e
}

// root reads up to an element outside of all others.
func (p *parser) root() (xml.StartElement, error) {
	for {
		t, err := p.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t, nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return xml.StartElement{}, invalid("text stands outside of <Response>")
			}
		}
	}
}

// children gives each element within another to f, which reads it whole.
func (p *parser) children(parent xml.StartElement, f func(xml.StartElement) error) error {
	for {
		t, err := p.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return invalid("<%s> holds text outside of a verb", name(parent.Name))
			}
		}
	}
}

// text reads an element that holds no other.
func (p *parser) text(e xml.StartElement) (string, error) {
	var b strings.Builder
	for {
		t, err := p.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return "", invalid("<%s> is not allowed within <%s>", name(t.Name), name(e.Name))
		case xml.EndElement:
			return strings.TrimSpace(b.String()), nil
		case xml.CharData:
			b.Write(t)
		}
	}
}

// empty reads an element that holds nothing.
func (p *parser) empty(e xml.StartElement) error {
	text, err := p.text(e)
	if err == nil && text != "" {
		return invalid("<%s> holds no text", name(e.Name))
	}
	return err
}

// attributes reads those of an element, all of which must be known.
func attributes(e xml.StartElement, known ...string) (map[string]string, error) {
	values := make(map[string]string, len(e.Attr))
	for _, attr := range e.Attr {
		if attr.Name.Space == "xmlns" || attr.Name.Local == "xmlns" || attr.Name.Local == "noNamespaceSchemaLocation" {
			continue
		}
		if !slices.Contains(known, attr.Name.Local) {
			return nil, invalid("<%s> has an attribute that is not supported here: %s", name(e.Name), name(attr.Name))
		}
		values[attr.Name.Local] = attr.Value
	}
	return values, nil
}

// number reads an attribute as a whole number within bounds.
func number(verb, attr, value string, otherwise, least, most int) (int, error) {
	if value == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		return 0, invalid("%s of <%s>: want a number from %d to %d", attr, verb, least, most)
	}
	return n, nil
}

// name is an element's name as an error may tell it.
func name(n xml.Name) string {
	for _, r := range n.Local {
		if (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' {
			return "?"
		}
	}
	return n.Local[:min(len(n.Local), 40)]
}

// repeated counts and repeats what a verb says.
func (p *parser) repeated(verb, loop string, list pinbell.Playlist) (pinbell.Playlist, error) {
	times, err := number(verb, "loop", loop, 1, 0, 1000)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if times == 0 {
		times = max(1, min(maxLoop, (maxItems-p.items)/len(list)))
	}
	if p.items += times * len(list); p.items > maxItems {
		return nil, invalid("the document says more than can be kept; its loops are too many")
	}
	return slices.Repeat(list, times), nil
}
