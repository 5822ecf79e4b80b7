package scenarios_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/scenarios"
)

const someID = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"

// write makes files in a new directory, and returns their paths.
func write(t *testing.T, files ...string) (dir string, paths []string) {
	t.Helper()
	dir = t.TempDir()
	for i, src := range files {
		path := filepath.Join(dir, fmt.Sprintf("%c.yaml", 'a'+i))
		if err := os.WriteFile(path, []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return dir, paths
}

func TestParseEverything(t *testing.T) {
	t.Parallel()
	got, err := scenarios.Load("../testdata/scenarios/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := &scenarios.Scenario{
		Name:        "everything",
		Topic:       scenarios.TopicBatch,
		Description: "All keys at once.",
		Source:      []string{"synthetic"},
		Expect:      "Nothing.",
		Outcome: scenarios.Outcome{
			Gone: []string{"ubuntu", "00000000-0000-0000-0000-000000000000"}, Kept: []string{"node-*"}, Error: true, Tries: 2,
		},
		Dialect: scenarios.IMS,
		Seed:    7,
		Auth: scenarios.Auth{
			Strict:   true,
			TokenTTL: time.Hour,
			Users:    []scenarios.User{{Name: "ann", Password: "1234", Project: "p", Roles: []string{"admin", "reader"}}},
			Tokens:   []scenarios.Token{{Token: "t", User: "ann", Project: "p", Roles: []string{"member"}, ExpiresAfter: 10 * time.Minute, Uses: 3}},
			Keys:     []scenarios.Key{{Access: "AK", Secret: "sk", User: "ann", Project: "p", Roles: []string{"reader"}}},
		},
		Storage: scenarios.Storage{
			DropData: true, MaxImageSize: 1 << 30,
			Downloads: []scenarios.Download{
				{URI: "http://images.example/a.raw", Data: scenarios.Data{Bytes: 3}, Takes: 30 * time.Second},
				{URI: "http://images.example/b.raw", Fails: "no space left"},
			},
		},
		Jobs: scenarios.Jobs{Takes: 87600 * time.Hour, Fails: "no space left"},
		Images: []scenarios.Image{{
			ID: someID, Name: "ubuntu", Status: scenarios.Active, Visibility: scenarios.Public, Owner: "o", Protected: true,
			DiskFormat: "raw", ContainerFormat: "bare", MinDisk: 1, MinRAM: 2, Size: 4, VirtualSize: 5,
			Checksum: "0123456789abcdef0123456789abcdef", OSHashAlgo: "own", OSHashValue: "ab",
			Tags: []string{"lts"}, OSHidden: true,
			CreatedAt:  time.Date(2026, 1, 31, 10, 0, 0, 0, time.UTC),
			UpdatedAt:  time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
			Properties: map[string]string{"os_version": "24.04", "secure": "true"},
			Members:    []scenarios.Member{{Project: "q", Status: scenarios.MemberAccepted}},
			Data:       scenarios.Data{Text: "text"},
			InUseBy:    "a server",
		}, {
			Name: "node-{n}", Count: 2, Data: scenarios.Data{Bytes: 10},
		}},
		Faults: []scenarios.Fault{{
			Name: "f",
			Match: scenarios.Match{
				Operation: []scenarios.Operation{scenarios.DeleteImage}, Image: "ubuntu-*", Project: "p", User: "u", Token: 4,
				Headers: map[string]string{"X-A": "b"}, Query: map[string]string{"limit": "1"},
			},
			Skip: 1, Times: 2, Every: 3, Rate: 0.5, After: "g",
			Window: scenarios.Window{After: 10 * time.Second, For: 90 * time.Second},
			Inject: scenarios.Injection{
				Status: 503, Hop: scenarios.Gateway, Headers: map[string]string{"Retry-After": "1"},
				Body:     map[string]any{"error": map[string]any{"code": 7, "text": []any{"a", nil, 1.5, true}}},
				Delay:    scenarios.Delay{Min: time.Second, Max: 2 * time.Second},
				Throttle: 1024, Drop: scenarios.Truncate, Effect: scenarios.EffectApplied,
				Linger: &scenarios.Linger{Reads: 3, In: []scenarios.Operation{scenarios.GetImage}, As: scenarios.PendingDelete},
			},
			Place: "../testdata/scenarios/everything.yaml:26",
		}, {
			Name:   "g",
			Inject: scenarios.Injection{Status: 500, Code: "c", Message: "m", Fields: map[string]any{"message": "{value}!"}, Delay: scenarios.Delay{Min: 250 * time.Millisecond}, Hold: &scenarios.Hold{Until: &scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage}}, Before: scenarios.BeforeAnswer, Within: time.Minute}},
			Place:  "../testdata/scenarios/everything.yaml:37",
		}},
		Limits: []scenarios.Limit{{
			Match:      scenarios.Match{Operation: []scenarios.Operation{scenarios.GetImage, scenarios.GetImages}},
			Rate:       scenarios.Rate{Calls: 10, Per: time.Minute},
			Burst:      3,
			Restart:    true,
			RetryAfter: scenarios.RetryAfterDate,
			Place:      "../testdata/scenarios/everything.yaml:40",
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestParseJSON(t *testing.T) {
	t.Parallel()
	src := `{"images": [{"name": "\ud83d\ude00", "protected": true}],
		"faults": [{"inject": {"delay": "2s"}}]}`
	s, err := scenarios.Parse("dir/test.json", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := &scenarios.Scenario{
		Name:   "test",
		Images: []scenarios.Image{{Name: "😀", Protected: true}},
		Faults: []scenarios.Fault{{Inject: scenarios.Injection{Delay: scenarios.Delay{Min: 2 * time.Second}}, Place: "dir/test.json:2"}},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got\n%+v\nwant\n%+v", s, want)
	}
}

func TestLoadMerges(t *testing.T) {
	t.Parallel()
	_, paths := write(t,
		"description: first\nseed: 1\nauth: {strict: true, token_ttl: 1h, tokens: [{token: a}]}\nimages: [{name: a}]\n",
		"description: second\nauth: {strict: false, tokens: [{token: b}]}\nimages: [{name: b}, {name: c}]\n",
	)
	got, err := scenarios.Load(append([]string{"one-image"}, paths...)...)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "one-image+a+b" || got.Description != "second" || got.Seed != 1 ||
		got.Auth.Strict || got.Auth.TokenTTL != time.Hour || len(got.Auth.Tokens) != 2 {
		t.Errorf("merged to\n%v", got)
	}
	var names []string
	for _, img := range got.Images {
		names = append(names, img.Name)
	}
	if want := "ubuntu-24.04 a b c"; strings.Join(names, " ") != want {
		t.Errorf("images %q, want %q", names, want)
	}
}

// TestLoadPlaces checks that problems are reported with the position and the indexes
// of the file that they are in, also where a file changes entries of another one.
func TestLoadPlaces(t *testing.T) {
	t.Parallel()
	dir, paths := write(t,
		"images:\n  - name: other\n  - id: "+someID+"\n    min_ram: -1\nfaults: [{name: a, skip: -1, inject: {status: 500}}]\n",
		"dialect: glace\nimages:\n  - name: new\n  - id: "+strings.ToUpper(someID)+"\n    count: -1\n  - id: "+someID+"\nfaults:\n"+
			"  - {inject: {status: 503}}\n  - {name: b, inject: {status: 503}}\n  - {name: a, every: -1}\nlimits: [{}]\n",
		"images: [{<<: {size: -1}, id: "+someID+"}]\nfaults:\n  - {name: a, after: none}\n",
	)
	_, err := scenarios.Load(paths...)
	if err == nil {
		t.Fatal("two images of one id in a file are accepted")
	}
	got := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	want := `a.yaml:4:14: images[1].min_ram: want 0 or more, got -1
a.yaml:5:26: faults[0].skip: want 0 or more, got -1
b.yaml:1:10: dialect: unknown dialect "glace" (did you mean "glance"?)
b.yaml:5:12: images[1].count: want 1 to 1000000, got -1
b.yaml:6:9: images[2].id: id "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" is already used by images[0] (c.yaml:1:10)
b.yaml:9:5: faults[1]: is never injected: faults[0] (b.yaml:8:5) is injected into every call that this fault matches
b.yaml:10:22: faults[2].every: want 1 or more, got -1
b.yaml:11:10: limits[0]: no rate: want calls per time such as 10/1m, both more than 0
c.yaml:1:22: images[0].size: want 0 or more, got -1
c.yaml:3:22: faults[0].after: there is no fault "none" (want a or b)`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLoadUnknown(t *testing.T) {
	t.Parallel()
	_, err := scenarios.Load("flaky-then-okay", "nonsense", "./no-such-file")
	if err == nil {
		t.Fatal("unknown names are accepted")
	}
	for _, want := range []string{
		`unknown scenario "flaky-then-okay" (did you mean "flaky-then-ok"?); the name of a file ends in`,
		`unknown scenario "nonsense"; there are `,
		`./no-such-file`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestDataFile(t *testing.T) {
	t.Parallel()
	dir, paths := write(t,
		"images: [{data: {file: disk.raw}, size: 4}]",
		"images: [{data: {file: disk.raw}, size: 5}, {data: {file: none.raw}}, {data: {file: .}}]",
	)
	disk := filepath.Join(dir, "disk.raw")
	if err := os.WriteFile(disk, []byte("four"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Load(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Images[0].Data.File; got != disk {
		t.Errorf("the file is %s, want %s", got, disk)
	}
	_, err = scenarios.Load(paths[1])
	if err == nil {
		t.Fatal("files that are not there are accepted")
	}
	for _, want := range []string{
		"b.yaml:1:41: images[0].size: 5 contradicts the data, which has 4 bytes",
		"b.yaml:1:59: images[1].data.file: ",
		"b.yaml:1:85: images[2].data.file: " + dir + " is not a regular file",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

// TestAliasBomb checks that a few lines of aliases do not take the machine down.
func TestAliasBomb(t *testing.T) {
	t.Parallel()
	for _, bomb := range []struct{ first, next, last string }{
		{"a0: &a0 [x, x]\n", "a%[2]d: &a%[2]d [*a%[1]d, *a%[1]d, *a%[1]d]\n", "faults: [{inject: {status: 200, body: *a%d}}]\n"},
		{"a0: &a0 {x: y}\n", "a%[2]d: &a%[2]d {<<: [*a%[1]d, *a%[1]d, *a%[1]d]}\n", "images: [{properties: *a%d}]\n"},
	} {
		var b strings.Builder
		b.WriteString(bomb.first)
		const depth = 40
		for i := range depth {
			fmt.Fprintf(&b, bomb.next, i, i+1)
		}
		fmt.Fprintf(&b, bomb.last, depth)
		_, err := scenarios.Parse("bomb.yaml", []byte(b.String()))
		if err == nil || !strings.Contains(err.Error(), "aliases make the file too large") {
			t.Errorf("got %.1000v", err)
		}
	}
}

// TestAliasOfMuch checks that a large value can be kept under a key of one's own: each of
// its values is there once more, that is all.
func TestAliasOfMuch(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("x-images: &all\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "  - {name: image-%d, status: active}\n", i)
	}
	b.WriteString("images: *all\n")
	sc, err := scenarios.Parse("much.yaml", []byte(b.String()))
	if err != nil || len(sc.Images) != 20_000 {
		t.Errorf("got %.1000v", err)
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	f := scenarios.Fault{Name: "to be replaced", Times: 7}
	if err := scenarios.Decode("body", []byte(`{"inject": {"status": 503}}`), &f); err != nil {
		t.Fatal(err)
	}
	want := scenarios.Fault{Inject: scenarios.Injection{Status: 503}, Place: "body:1"}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got %v, want %v", f, want)
	}

	var own struct {
		Advance time.Duration `yaml:"advance"`
	}
	if err := scenarios.Decode("body", []byte("advance: 30s"), &own); err != nil || own.Advance != 30*time.Second {
		t.Errorf("got %v, %v", own.Advance, err)
	}
	err := scenarios.Decode("body", []byte(`{"advanced": 30}`), &own)
	if want := `body:1:2: unknown key "advanced" (did you mean "advance"?)`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %v", err, want)
	}
	err = scenarios.Decode("body", []byte("{inject: {delay: 3}, times: -1}"), &f)
	if want := `body:1:18: inject.delay: want a duration such as 2s, or {min: 1s, max: 3s}, got the number 3
body:1:29: times: want 1 or more, got -1`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

// TestNoFollowUps checks that a value with one problem does not cause others.
func TestNoFollowUps(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"faults: [{inject: {stauts: 500}}]",
		"faults: [{inject: {status: many}}]",
		"faults: [{inject: 503}]",
		"faults: [{status: 503}]",
		"faults: [{inject: {status: 500}, times: once}, {inject: {status: 503}}]",
		"limits: [{rate: 10}]",
		"limits: [{rte: 10/m}]",
		"images: [{data: four, size: five}]",
		"auth: {users: [{nome: ann}]}",
	} {
		_, err := scenarios.Parse("x.yaml", []byte(src))
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one problem", src, err)
		}
	}
}

// TestManyProblems checks that a message has at most 1,000 problems.
func TestManyProblems(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1000: `x.yaml:1001:1: key "name" is given twice, first on line 2`, 1500: "and 500 more problems"} {
		_, err := scenarios.Parse("x.yaml", []byte("nme: a\n"+strings.Repeat("name: a\n", n)))
		var problems scenarios.Problems
		if !errors.As(err, &problems) || len(problems) != n {
			t.Fatalf("got %d problems, want %d", len(problems), n)
		}
		lines := strings.Split(err.Error(), "\n")
		if got := lines[len(lines)-1]; got != want {
			t.Errorf("the last line is %q, want %q", got, want)
		}
	}
}

// TestLongScenario checks that a scenario with long lists is read like any other,
// and that its problems have the right positions. A comment that is not ASCII
// makes sure that a list is not left in the text.
func TestLongScenario(t *testing.T) {
	t.Parallel()
	const n = 1500
	for name, change := range map[string]func(src string) string{
		"good":      func(src string) string { return src },
		"number":    func(src string) string { return strings.Replace(src, "min_disk: 7}", "min_disk: seven}", 1) },
		"negative":  func(src string) string { return strings.Replace(src, "min_disk: 7}", "min_disk: -7}", 1) },
		"twice":     func(src string) string { return strings.Replace(src, "name: i-8, ", "name: i-8, name: i, ", 1) },
		"unknown":   func(src string) string { return strings.ReplaceAll(src, "protected: ", "protectd: ") },
		"same ids":  func(src string) string { return strings.ReplaceAll(src, "00-5c61", "01-5c61") },
		"same name": func(src string) string { return strings.ReplaceAll(src, "name: f-10", "name: f-1") },
		"after":     func(src string) string { return strings.Replace(src, "times: 1}", "after: f-0, times: 1}", 1) },
		"syntax":    func(src string) string { return strings.Replace(src, "name: i-9, ", "name: [i-9, ", 1) },
	} {
		var b strings.Builder
		b.WriteString("description: long\nimages:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {id: %08x-5c61-48ff-b4f3-0ad4e5e3ba90, name: i-%d, protected: %t, min_disk: %d}\n", i, i, i%2 == 0, i)
		}
		b.WriteString("faults:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - name: f-%d\n    match: {image: i-%d}\n    inject: {status: 500}\n", i, i)
		}
		b.WriteString("  - {name: last, inject: {status: 503}, times: 1}\nlimits: [{rate: 1/s}]\n")
		src := change(b.String())
		whole := strings.NewReplacer("faults:\n", "faults: # ü\n", "images:\n", "images: # ü\n").Replace(src)
		got, gotErr := scenarios.Parse("long.yaml", []byte(src))
		want, wantErr := scenarios.Parse("long.yaml", []byte(whole))
		if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
			t.Errorf("%s: got\n%.2000v\nwant\n%.2000v", name, gotErr, wantErr)
		}
		if (gotErr == nil) != (name == "good" || name == "after") {
			t.Errorf("%s: %.2000v", name, gotErr)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the scenarios differ", name)
		}
	}
}
