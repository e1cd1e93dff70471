package main

import (
	"encoding"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// envPrefix starts the name of every setting's variable: server.addr is
// PINBELL_SERVER_ADDR, trunk.acme.caller_id is PINBELL_TRUNK_ACME_CALLER_ID.
const envPrefix = "PINBELL_"

// envClient are variables that commands read themselves; they are no settings.
var envClient = map[string]bool{"PINBELL_KEY": true, "PINBELL_URL": true, "PINBELL_CONFIG": true}

// overlayEnv writes PINBELL_… variables over a configuration. A variable that
// names no setting is an error, as an unknown key in the file is.
func overlayEnv(c *config, environ []string) error {
	sort.Strings(environ)
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		rest, ok := strings.CutPrefix(name, envPrefix)
		if !ok || envClient[name] {
			continue
		}
		found, err := setByName(reflect.ValueOf(c).Elem(), rest, value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !found {
			return fmt.Errorf("%s is not a setting; see pinbell.example.toml", name)
		}
	}
	return nil
}

// setByName finds the field that the rest of a variable's name leads to.
func setByName(v reflect.Value, rest, value string) (bool, error) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			if found, err := setByName(v.Field(i), rest, value); found || err != nil {
				return found, err
			}
			continue
		}
		name := strings.ToUpper(field.Tag.Get("toml"))
		if rest == name {
			return true, setText(v.Field(i), value)
		}
		inner, ok := strings.CutPrefix(rest, name+"_")
		if !ok {
			continue
		}
		switch field.Type.Kind() {
		case reflect.Struct:
			if found, err := setByName(v.Field(i), inner, value); found || err != nil {
				return found, err
			}
		case reflect.Map:
			if found, err := setInMap(v.Field(i), inner, value); found || err != nil {
				return found, err
			}
		}
	}
	return false, nil
}

// setInMap sets a field of a named section, NAME_FIELD. The name is one of the
// file's where that fits, else everything before the first field that fits.
func setInMap(m reflect.Value, rest, value string) (bool, error) {
	if m.IsNil() {
		m.Set(reflect.MakeMap(m.Type()))
	}
	var names []string
	for _, k := range m.MapKeys() {
		names = append(names, k.String())
	}
	for i := range rest {
		if rest[i] == '_' {
			names = append(names, strings.ToLower(rest[:i]))
		}
	}
	for _, name := range names {
		prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_"
		inner, ok := strings.CutPrefix(rest, prefix)
		if !ok {
			continue
		}
		key := reflect.ValueOf(name)
		section := reflect.New(m.Type().Elem()).Elem()
		if old := m.MapIndex(key); old.IsValid() {
			section.Set(old)
		}
		found, err := setByName(section, inner, value)
		if found {
			m.SetMapIndex(key, section)
		}
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

func setText(v reflect.Value, text string) error {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is not true or false", text)
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		v.SetInt(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		v.SetFloat(n)
	case reflect.Slice:
		var list []string
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		v.Set(reflect.ValueOf(list))
	default:
		return fmt.Errorf("a whole section cannot be set by a variable")
	}
	return nil
}
