package scenarios

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"testing"
)

// TestVocabulary checks that the words with constants and those of the vocabularies
// are the same.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	constants := make(map[string][]string) // by the name of their type
	var decls []ast.Decl
	for _, name := range []string{"operations.go", "vocabulary.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		decls = append(decls, file.Decls...)
	}
	for _, decl := range decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			value := spec.(*ast.ValueSpec)
			if kind, ok := value.Type.(*ast.Ident); ok && kind.Name != "Access" {
				word, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				constants[kind.Name] = append(constants[kind.Name], word)
			}
		}
	}
	for kind, v := range vocabularies {
		got, want := slices.Clone(v.Words), constants[kind.Name()]
		if kind == reflect.TypeFor[Operation]() { // listed in the order of their endpoints
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the words of %s are %q, its constants %q", kind.Name(), got, want)
		}
		delete(constants, kind.Name())
	}
	for name := range constants {
		t.Errorf("%s has constants, but no vocabulary", name)
	}
	for name := range allTypes() {
		if name.Kind() == reflect.String && name.Name() != "string" && vocabularies[name] == nil {
			t.Errorf("%s is a type of text without a vocabulary", name)
		}
	}
}
