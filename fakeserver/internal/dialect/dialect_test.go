package dialect

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakeglance/fakeglance/scenarios"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, name := range []scenarios.Dialect{scenarios.Native, scenarios.Glance, scenarios.IMS} {
		if d := Of(name); d == nil || d.Name != name {
			t.Errorf("the dialect of %s is %+v", name, d)
		}
	}
	if Of("") != Of(scenarios.Native) {
		t.Error("the empty name does not mean native")
	}
	if d := Of("klingon"); d != nil {
		t.Errorf("Of an unknown name returned %+v, want nil", d)
	}
}

// TestRender renders errors of every form, in the dialects that render them
// differently.
func TestRender(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialect scenarios.Dialect
		err     error
		status  int
		body    string
	}{
		{"native", DeleteInUse.With("x", "a server"), 409, `{"message": "Image x could not be deleted because it is in use: a server<br /><br />\n\n\n", "code": "409 Conflict", "title": "Conflict"}`},
		{"glance", DeleteInUse.With("x", "a server"), 409, "409 Conflict\n\nImage x could not be deleted because it is in use: a server\n\n   "},
		{"ims", DeleteInUse.With("x", "a server"), 400, `{"error":{"message":"Image x could not be deleted because it is in use: a server","code":"IMG.0014"}}`},
		{"ims", NotAuthorized.With("get_image"), 403, `{"error":{"message":"You are not authorized to complete get_image action.","code":"IMG.0026"}}`},
		{"ims", DownloadForbidden, 403, `{"message": "The requested image has been deactivated. Image data download is forbidden.<br /><br />\n\n\n", "code": "403 Forbidden", "title": "Forbidden"}`},
		{"ims", IdentityRoleUndefined.With("x"), 404, `{"error":{"code":404,"message":"Role x is not defined","title":"Not Found"}}`},
		{"native", IdentityNoRoute, 404, "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n"},
		{"glance", errors.New("a bug"), 500, "500 Internal Server Error\n\nThe server has either erred or is incapable of performing the requested operation.\n\n   "},
		{"ims", errors.New("a bug"), 400, `{"error":{"message":"The server has either erred or is incapable of performing the requested operation.","code":"IMG.0061"}}`},
	} {
		rep := Of(test.dialect).Render(deletion(), test.err)
		if rep.Status != test.status || string(rep.Body) != test.body {
			t.Errorf("%s: %v:\ngot  %d %s\nwant %d %s", test.dialect, test.err, rep.Status, rep.Body, test.status, test.body)
		}
	}
	rep := Of("glance").Render(deletion(), MethodNotAllowed.WithHeader("Allow", "GET", "PUT"))
	if got := rep.Header.Get("Allow"); got != "GET" {
		t.Errorf("Allow is %q", got)
	}
}

// TestEveryErrorIsUsed checks that some code returns each row of the table of errors.
func TestEveryErrorIsUsed(t *testing.T) {
	t.Parallel()
	rows := make(map[string]bool)
	set := token.NewFileSet()
	names, err := filepath.Glob("errors*.go")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		for _, spec := range declaredVars(t, set, name) {
			rows[spec] = true
		}
	}
	err = filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		own := file.Name.Name == "dialect"
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec: // it defines a row, which is not a use
				return !own || !rows[n.Names[0].Name]
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && (x.Name == "dialect" || own) {
					delete(rows, n.Sel.Name)
					if own {
						delete(rows, x.Name)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range rows {
		t.Errorf("no code returns %s", name)
	}
}

// declaredVars returns the names of the variables that a file declares.
func declaredVars(t *testing.T, set *token.FileSet, name string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(set, name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				names = append(names, spec.(*ast.ValueSpec).Names[0].Name)
			}
		}
	}
	return names
}
