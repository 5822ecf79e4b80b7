package scenarios

import (
	"reflect"
	"time"
)

// Clone is a copy of the scenario that shares nothing with it.
func (s *Scenario) Clone() *Scenario {
	c := *s
	detach(reflect.ValueOf(&c).Elem())
	return &c
}

// Clone is a copy of the fault that shares nothing with it.
func (f Fault) Clone() Fault {
	detach(reflect.ValueOf(&f).Elem())
	return f
}

// detach copies what a value refers to, as far down as it goes. An empty list
// or map stays what it is: nil or not.
func detach(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			detach(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			detach(own.Index(i))
		}
		v.Set(own)
	case reflect.Map:
		if v.IsNil() {
			return
		}
		own := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			own.SetMapIndex(it.Key(), detached(it.Value()))
		}
		v.Set(own)
	case reflect.Pointer:
		if !v.IsNil() {
			v.Set(detached(v.Elem()).Addr())
		}
	case reflect.Interface:
		if !v.IsNil() {
			v.Set(detached(v.Elem()))
		}
	}
}

// detached is a copy of a value.
func detached(v reflect.Value) reflect.Value {
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	detach(own)
	return own
}
