package pinbell

// A speech is what a code call says in one language, for an engine to read.
type speech struct {
	phrases          map[Phrase]string
	greetingOf       string   // the greeting with who is calling
	digits           []string // how each digit is said; nil for as it is written
	comma, and, stop string
}

var speeches = map[string]speech{
	"en": {
		phrases: map[Phrase]string{
			PhraseGreeting:   "Hello.",
			PhrasePress1:     "Press 1 to hear your Pin number.",
			PhraseDoNotShare: "Please do not disclose the Pin number that you are going to hear.",
			PhraseCode:       "Your Pin number is", PhraseRepeat: "I repeat. Your Pin number is",
			PhrasePressStar: "Press star to hear it again.",
			PhraseGoodbye:   "Thank you for using, good bye.",
		},
		greetingOf: "Hello This is {who}.",
		digits:     []string{"number zero", "number one", "number two", "number three", "number four", "number five", "number six", "number seven", "number eight", "number nine"},
		comma:      ", ", and: " and ", stop: ".",
	},
}
