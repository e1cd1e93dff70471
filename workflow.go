package pinbell

import (
	"fmt"
	"time"
)

// A Workflow is the order in which channels are tried.
type Workflow []Step

// A Step is one delivery of a workflow.
type Step struct {
	Channel Channel
	// Wait is how long this step has before the next one starts as well. A step
	// that is known to have failed does not wait.
	Wait time.Duration
	// Locale is the language of this step; "" for the verification's own. Other is
	// a second one, which a person who is called may choose by [SwitchKey]; "" for
	// none.
	Locale, Other Locale
}

// Bounds of a workflow.
const (
	MaxSteps        = 5
	DefaultStepWait = 30 * time.Second
	MinStepWait     = 5 * time.Second
)

// Validate checks the workflow against the life of its code.
func (w Workflow) Validate(ttl time.Duration) error {
	if len(w) == 0 {
		return Invalid("workflow", "has no step")
	}
	if len(w) > MaxSteps {
		return Invalid("workflow", "has more than %d steps", MaxSteps)
	}
	var total time.Duration
	for i, s := range w {
		if _, err := ParseChannel(string(s.Channel)); err != nil {
			return &FieldError{Field: fmt.Sprintf("workflow[%d].channel", i), Detail: `want "voice" or "sms"`, Err: ErrChannel}
		}
		if s.Other != "" && s.Channel != Voice {
			return Invalid(fmt.Sprintf("workflow[%d].locales", i), "want one for a message, which has no keys to choose by")
		}
		if i == len(w)-1 {
			break
		}
		if s.Wait < MinStepWait {
			return Invalid(fmt.Sprintf("workflow[%d].wait", i), "want %s or more", MinStepWait)
		}
		if total += s.Wait; total >= ttl {
			return Invalid(fmt.Sprintf("workflow[%d].wait", i), "the next step would start after the code has expired")
		}
	}
	return nil
}
