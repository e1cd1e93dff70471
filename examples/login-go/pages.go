package main

import (
	"embed"
	"html/template"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// titles are the headings of the pages.
var titles = map[string]string{"home": "Acme", "signup": "Sign up", "login": "Log in", "code": "Enter the code"}

// A view is what a page gets: Data is the name on the first page, the masked
// number on that for the code.
type view struct{ Title, Flash, Data string }
