package codec

import (
	"reflect"
	"time"
)

// DeepCopy returns a copy of v that shares nothing with it. Lists and maps that
// are nil or empty stay so.
func DeepCopy[T any](v T) T {
	separate(reflect.ValueOf(&v).Elem())
	return v
}

// separate replaces everything that v refers to by a copy.
func separate(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			separate(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			separate(own.Index(i))
		}
		v.Set(own)
	case reflect.Map:
		if v.IsNil() {
			return
		}
		own := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			own.SetMapIndex(it.Key(), copyOf(it.Value()))
		}
		v.Set(own)
	case reflect.Pointer:
		if !v.IsNil() {
			v.Set(copyOf(v.Elem()).Addr())
		}
	case reflect.Interface:
		if !v.IsNil() {
			v.Set(copyOf(v.Elem()))
		}
	}
}

// copyOf returns a deep copy of a value.
func copyOf(v reflect.Value) reflect.Value {
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	separate(own)
	return own
}
