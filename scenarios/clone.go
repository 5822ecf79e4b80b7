package scenarios

import (
	"reflect"
	"time"
)

// Clone is a copy of the scenario that shares nothing with it.
func (s *Scenario) Clone() *Scenario {
	c := clone(*s)
	return &c
}

// Clone is a copy of the fault that shares nothing with it.
func (f Fault) Clone() Fault { return clone(f) }

func clone[T any](v T) T {
	return cloneValue(reflect.ValueOf(&v).Elem()).Interface().(T)
}

// cloneValue copies what a value holds as far down as it goes. An empty list or
// map stays what it is: nil or not.
func cloneValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return v
		}
		inner := cloneValue(v.Elem())
		if v.Kind() == reflect.Interface {
			return inner
		}
		p := reflect.New(inner.Type())
		p.Elem().Set(inner)
		return p
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		if v.Type() == reflect.TypeFor[time.Time]() {
			return out
		}
		for i := range v.NumField() {
			out.Field(i).Set(cloneValue(v.Field(i)))
		}
		return out
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(cloneValue(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(it.Key(), cloneValue(it.Value()))
		}
		return out
	}
	return v
}
