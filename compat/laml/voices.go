package laml

import (
	"slices"
	"strings"
)

// men are the voices of Amazon Polly that are a man's; the others are a
// woman's. Which engine speaks is Pinbell's own choice, so that no more is
// taken from a voice's name.
var men = []string{
	"Adriano", "Andrés", "Andres", "Arthur", "Brian", "Cristiano", "Daniel", "Enrique", "Florian", "Geraint", "Giorgio",
	"Gregory", "Hans", "Jacek", "Jan", "Joey", "Justin", "Karl", "Kevin", "Liam", "Mads", "Mathieu", "Matthew", "Maxim",
	"Miguel", "Pedro", "Rémi", "Remi", "Ricardo", "Ruben", "Russell", "Sergio", "Stephen", "Takumi", "Thiago", "Zayd",
}

// genderOf reads the voice attribute of <Say>; "" is the voice pack's own.
func genderOf(voice string) string {
	switch strings.ToLower(voice) {
	case "man":
		return "male"
	case "woman", "alice":
		return "female"
	}
	speaker, ok := strings.CutPrefix(voice, "Polly.")
	if !ok {
		return ""
	}
	speaker, _, _ = strings.Cut(speaker, "-")
	if slices.Contains(men, speaker) {
		return "male"
	}
	return "female"
}
