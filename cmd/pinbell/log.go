package main

import (
	"fmt"
	"io"
	"log/slog"
)

// newLogger makes the log of a long-running command.
func newLogger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(or(level, "info"))); err != nil {
		return nil, usageError{fmt.Errorf("log.level: want debug, info, warn or error")}
	}
	options := &slog.HandlerOptions{Level: l}
	switch format {
	case "", "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, usageError{fmt.Errorf("log.format: want text or json")}
}
