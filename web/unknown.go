package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// unknownField finds where in a body the field is that its type does not have,
// which encoding/json names without what it is in: "voice.pitch",
// "workflow[1].delay".
func unknownField(body []byte, t reflect.Type, name string) string {
	var value any
	if json.Unmarshal(body, &value) != nil { // something else is wrong further on
		return name
	}
	if path := unknownIn(value, t, name); path != "" {
		return path
	}
	return name
}

// unknownIn returns the path to the first field of that name that a value has
// and its type has not; "" for none.
func unknownIn(value any, t reflect.Type, name string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return "" // it reads what is in it by itself
	}
	switch value := value.(type) {
	case []any:
		if t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
			return ""
		}
		for i := range value {
			if path := unknownIn(value[i], t.Elem(), name); path != "" {
				return fmt.Sprintf("[%d]%s", i, dotted(path))
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			inner, known := fieldType(t, key)
			if !known && key == name {
				return name
			}
			if !known {
				continue
			}
			if path := unknownIn(value[key], inner, name); path != "" {
				return key + dotted(path)
			}
		}
	}
	return ""
}

// dotted is a path as it stands behind what it is in.
func dotted(path string) string {
	if strings.HasPrefix(path, "[") {
		return path
	}
	return "." + path
}

// fieldType returns the type of what an object of a type has by a name. Names
// are as loose as encoding/json takes them.
func fieldType(t reflect.Type, key string) (reflect.Type, bool) {
	if t.Kind() == reflect.Map {
		return t.Elem(), true
	}
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && !f.Anonymous {
			name = f.Name
		}
		if f.IsExported() && name != "-" && name != "" && strings.EqualFold(name, key) {
			return f.Type, true
		}
	}
	return nil, false
}
