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

// TestVocabulary holds that each word that has a constant stands in its table,
// and the other way round.
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
		got, want := slices.Clone(v.words), constants[kind.Name()]
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
	for name := range shapes {
		if name.Kind() == reflect.String && name.Name() != "string" && vocabularies[name] == nil {
			t.Errorf("%s is a type of text without a vocabulary", name)
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		op                             Operation
		takesImage, hasCaller, deletes bool
	}{
		{DeleteImage, true, true, true},
		{GetImage, true, true, false},
		{GetImages, false, true, false},
		{CreateToken, false, false, false},
		{"unknown", false, false, false},
	} {
		if test.op.TakesImage() != test.takesImage || test.op.HasCaller() != test.hasCaller || test.op.Deletes() != test.deletes {
			t.Errorf("%s: takes an image %t, has a caller %t, deletes %t", test.op, test.op.TakesImage(), test.op.HasCaller(), test.op.Deletes())
		}
	}
}

func TestIsUUID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		someID:                                 true,
		"4CA46BF1-5C61-48FF-B4F3-0AD4E5E3BA90": true,
		"":                                     false,
		"4ca46bf15c6148ffb4f30ad4e5e3ba90":     false,
		"4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba9":  false,
		"4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba9g": false,
		"4ca46bf1-5c61-48ff-b4f30-ad4e5e3ba90": false,
		"{4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba}": false,
	} {
		if IsUUID(s) != want {
			t.Errorf("IsUUID(%q) is %t", s, !want)
		}
	}
}

func TestGuess(t *testing.T) {
	t.Parallel()
	known := []string{"delete_image", "get_image", "get_images", "create_token", "name", "match"}
	for wrong, want := range map[string]string{
		"delete_imag":  "delete_image",
		"Delete-Image": "delete_image",
		"deleteImage":  "delete_image",
		"get_iamges":   "get_images",
		"nmae":         "name",
		"mtch":         "match",
		"frobnicate":   "",
		"":             "",
		"x":            "",
	} {
		if got := guess(wrong, known); got != want {
			t.Errorf("guess(%q) is %q, want %q", wrong, got, want)
		}
	}
}
