package glance_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/dialect"
	"github.com/fakeglance/fakeglance/fakeserver/internal/glance"
	"github.com/fakeglance/fakeglance/fakeserver/internal/registry"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

var now = time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)

// Callers of the tests below.
var (
	alice    = wire.Caller{UserID: "alice", ProjectID: "alpha", Roles: wire.Roles("member")}
	rita     = wire.Caller{UserID: "rita", ProjectID: "alpha", Roles: wire.Roles("reader")}
	bob      = wire.Caller{UserID: "bob", ProjectID: "beta", Roles: wire.Roles("member")}
	admin    = wire.Caller{UserID: "admin", ProjectID: "admin", Roles: wire.Roles("admin")}
	system   = wire.Caller{UserID: "admin", System: true, Roles: wire.Roles("admin")}
	unscoped = wire.Caller{UserID: "alice"} // has no project
	guest    = wire.Caller{UserID: "guest", ProjectID: "alpha"}
)

// newListAPI returns an API with images whose ids are letters, each created a day
// after the one before it. Two are deleted: y, owned by alpha, and z, owned by beta.
func newListAPI(t testing.TB) *glance.API {
	t.Helper()
	const null = registry.Null
	images := []*registry.Image{
		{ID: "a", Name: "ubuntu", Owner: "alpha", Visibility: "shared", Status: "queued", Size: null, VirtualSize: null, Tags: []string{"x"}},
		{
			ID: "b", Name: "debian", Owner: "alpha", Visibility: "private", Status: "active", Size: 10, VirtualSize: 100,
			DiskFormat: "raw", ContainerFormat: "bare", MinRAM: 2, MinDisk: 7, Tags: []string{"x", "y"},
			Sums:       registry.NewSums("c1", "sha512", "h1"),
			Properties: map[string]string{"__os_type": "Linux", "__platform": "Debian", "color": "a b&c"},
		},
		{ID: "c", Name: "a,b", Owner: "alpha", Visibility: "community", Status: "active", Size: 0, VirtualSize: null, DiskFormat: "raw"},
		{ID: "d", NoName: true, Owner: "alpha", Visibility: "shared", Status: "queued", Size: null, VirtualSize: null, Protected: true, DiskFormat: "qcow2"},
		{ID: "e", Name: "hidden", Owner: "alpha", Visibility: "shared", Status: "active", Size: 20, VirtualSize: null, OSHidden: true},
		{ID: "f", Name: "fedora", Owner: "beta", Visibility: "shared", Status: "active", Size: 5, VirtualSize: null, Members: members("alpha", "accepted")},
		{ID: "g", Name: "gentoo", Owner: "beta", Visibility: "shared", Status: "active", Size: 5, VirtualSize: null, Members: members("alpha", "pending")},
		{ID: "h", Name: "haiku", Owner: "beta", Visibility: "shared", Status: "active", Size: 5, VirtualSize: null, Members: members("alpha", "rejected")},
		{ID: "i", Name: "inferno", Owner: "beta", Visibility: "private", Status: "deactivated", Size: 5, VirtualSize: null, Members: members("alpha", "accepted")},
		{ID: "j", Name: "jessie", Owner: "beta", Visibility: "community", Status: "active", Size: 5, VirtualSize: null},
		{ID: "k", Name: "", Owner: "admin", Visibility: "public", Status: "active", Size: 5, VirtualSize: null, Tags: []string{"a=b", "é"}},
		{ID: "l", Name: "killed", Owner: "alpha", Visibility: "shared", Status: "killed", Size: null, VirtualSize: null},
		{ID: "m", Name: "hidden too", Owner: "beta", Visibility: "shared", Status: "active", Size: 5, OSHidden: true, Members: members("alpha", "accepted")},
		{ID: "y", Name: "yellow", Owner: "alpha", Visibility: "shared", Status: "active", Size: 5},
		{ID: "z", Name: "zenwalk", Owner: "beta", Visibility: "shared", Status: "active", Size: 5},
	}
	for i, img := range images {
		img.CreatedAt = time.Date(2024, 1, 1+i, 12, 0, 0, 0, time.UTC)
		img.UpdatedAt = img.CreatedAt
	}
	reg := registry.New(images)
	for _, id := range []string{"y", "z"} {
		if err := reg.Delete(id, now, nil, func(*registry.Image) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return &glance.API{Dialect: dialect.Of(scenarios.Glance), Images: reg}
}

func members(project string, status scenarios.MemberStatus) []registry.Member {
	return []registry.Member{{Project: project, Status: status}}
}

func list(api *glance.API, who wire.Caller, query string) (wire.Reply, error) {
	req := httptest.NewRequest(http.MethodGet, "/v2/images", nil)
	req.URL.RawQuery = query
	return api.GetImages(&wire.Call{
		Request: req, Operation: scenarios.GetImages, Caller: who, Now: now,
	})
}

// A page is the body of a list.
type page struct {
	Images []struct {
		ID string `json:"id"`
	} `json:"images"`
	First  string `json:"first"`
	Schema string `json:"schema"`
	Next   string `json:"next"`
}

// ids joins the ids of the images of a page.
func (p page) ids() string {
	var ids strings.Builder
	for _, img := range p.Images {
		ids.WriteString(img.ID)
	}
	return ids.String()
}

func parsePage(t testing.TB, rep wire.Reply) page {
	t.Helper()
	var p page
	if err := json.Unmarshal(rep.Body, &p); err != nil {
		t.Fatalf("the page is not JSON: %v\n%s", err, rep.Body)
	}
	return p
}

// TestGetImages checks the ids of the page, or the message of the error, for a caller
// and a query.
func TestGetImages(t *testing.T) {
	t.Parallel()
	api := newListAPI(t)
	for _, tt := range []struct {
		who   wire.Caller
		query string
		want  string
	}{
		// Visibility.
		{alice, "", "kfdcba"},
		{rita, "", "kfdcba"},
		{bob, "", "kjihgf"},
		{admin, "", "kihgfdba"},
		{alice, "visibility=all", "kjfdcba"},
		{alice, "visibility=public", "k"},
		{alice, "visibility=community", "jc"},
		{alice, "visibility=shared", "fda"},
		{alice, "visibility=private", "b"},
		{alice, "visibility=", ""},
		{admin, "visibility=all", "kjihgfdcba"},
		{admin, "visibility=community", "jc"},
		{admin, "visibility=private", "ib"},
		{alice, "visibility=all&visibility=shared", "fda"},
		{alice, "visibility=shared&visibility=all", ""},
		{alice, "visibility=nosuch&visibility=shared", ""},
		{alice, "visibility=shared&visibility=nosuch", "Invalid visibility value: nosuch"},
		{alice, "visibility=PUBLIC", "Invalid visibility value: PUBLIC"},
		{alice, "member_status=pending", "kgdcba"},
		{alice, "member_status=rejected", "khdcba"},
		{alice, "member_status=all", "khgfdcba"},
		{alice, "visibility=shared&member_status=all", "hgfda"},
		{bob, "member_status=rejected", "kjihgf"},
		{admin, "member_status=rejected", "kihgfdba"},
		{alice, "member_status=all&member_status=pending", ""},
		{alice, "member_status=", "Invalid status: "},
		{alice, "os_hidden=true", "me"},
		{alice, "os_hidden=TRUE", "me"},
		{alice, "os_hidden=false", "kfdcba"},
		{alice, "os_hidden=junk&os_hidden=false", "kfdcba"},
		{alice, "os_hidden=Junk", "Invalid value 'junk' for 'os_hidden' filter. Valid values are 'true' or 'false'."},
		{system, "", "You are not authorized to complete get_images action."},
		{unscoped, "", "You are not authorized to complete get_images action."},
		{guest, "", "You are not authorized to complete get_images action."},
		{unscoped, "limit=x", "limit param must be an integer"},
		{unscoped, "size_min=x", "You are not authorized to complete get_images action."},

		// Pages.
		{alice, "limit=2", "kf"},
		{alice, "limit=0", ""},
		{alice, "limit=+2+", "kf"},
		{alice, "limit=%2B0_2", "kf"},
		{alice, "limit=99999999999999999999", "kfdcba"},
		{alice, "limit=-1", "limit param must be positive"},
		{alice, "limit=-99999999999999999999", "limit param must be positive"},
		{alice, "limit=", "limit param must be an integer"},
		{alice, "limit=1.0", "limit param must be an integer"},
		{alice, "limit=1&limit=2", ""},
		{alice, "marker=d", "cba"},
		{alice, "marker=d&limit=1", "c"},
		{alice, "marker=e", "dcba"},
		{alice, "marker=j", "fdcba"},
		{alice, "marker=d&name=ubuntu", "a"},
		{alice, "marker=a", ""},
		{alice, "marker=d&marker=c", ""},
		{alice, "marker=", "No image found with ID "},
		{alice, "marker=nosuch", "No image found with ID nosuch"},
		{alice, "marker=A", "No image found with ID A"},
		{alice, "marker=i", "Forbidding request, image i not visible"},
		{admin, "marker=i", "hgfdba"},
		{alice, "marker=y", "No image found with ID y"},
		{alice, "marker=z", "No image found with ID z"},
		{admin, "marker=z", "kihgfdba"},
		{admin, "marker=z&sort=name:desc", "aihgfbkd"},
		{alice, "limit=0&marker=nosuch", "No image found with ID nosuch"},
		{alice, "marker=" + strings.Repeat("é", 36), "No image found with ID " + strings.Repeat("é", 36)},
		{alice, "marker=" + strings.Repeat("x", 37), "Image with the given id %(image_id)s was not found"},

		// Filters by text.
		{alice, "name=ubuntu", "a"},
		{alice, "name=Ubuntu", ""},
		{alice, "name=", "k"},
		{alice, "name=eq:ubuntu", "a"},
		{alice, "name=in:ubuntu,debian,inferno", "ba"},
		{alice, `name=in:"a,b",ubuntu`, "ca"},
		{alice, "name=in:", ""},
		{alice, "name=in:,", "k"},
		{alice, "name=in:ubuntu,", "a"},
		{alice, `name=in:"a`, `Invalid filter value "a. The quote is not closed.`},
		{alice, `name=in:a"b"`, `Invalid filter value a"b". There is no comma before opening quotation mark.`},
		{alice, `name=in:"a"b`, `Invalid filter value "a"b. There is no comma after closing quotation mark.`},
		{alice, "name=neq:ubuntu", "Unable to filter by unknown operator 'neq'."},
		{alice, "name=12:30", "Unable to filter by unknown operator '12'."},
		{alice, "name=2024-01-01T12:00:00Z", ""},
		{alice, "name=debian&name=ubuntu", "a"},
		{alice, "id=a", "a"},
		{alice, "id=in:a,c,i", "ca"},
		{alice, "status=queued", "da"},
		{alice, "status=in:queued,active", "kfdcba"},
		{alice, "status=killed", ""},
		{alice, "disk_format=raw", "cb"},
		{alice, "disk_format=in:raw,qcow2", "dcb"},
		{alice, "disk_format=", ""},
		{alice, "container_format=bare", "b"},
		{alice, "owner=alpha", "dcba"},
		{alice, "owner=beta", "f"},
		{admin, "owner=in:alpha,beta", ""},
		{alice, "checksum=c1", "b"},
		{alice, "checksum=c1&checksum=c2", ""},
		{alice, "checksum=", ""},
		{alice, "os_hash_algo=sha512&os_hash_value=h1", "b"},

		// Filters by number.
		{alice, "size=0", "c"},
		{alice, "size=10.0", "b"},
		{alice, "size=1e1", "b"},
		{alice, "size=in:10", ""},
		{alice, "size_min=6", "b"},
		{alice, "size_max=0", "c"},
		{alice, "size_min=0&size_max=9", "kfc"},
		{alice, "size_min=1_0", "b"},
		{alice, "size_min=", "Unable to filter on a range with a non-numeric value."},
		{alice, "size_min=_1", "Unable to filter on a range with a non-numeric value."},
		{alice, "foo_max=x", "Unable to filter on a range with a non-numeric value."},
		{alice, "virtual_size_min=1", "b"},
		{alice, "min_ram=2", "b"},
		{alice, "min_ram=+2", "b"},
		{alice, "min_ram=0x2", ""},
		{alice, "min_ram=junk", ""},
		{alice, "min_ram_min=1", "b"},
		{alice, "min_disk=7", "b"},
		{alice, "protected=true", "d"},
		{alice, "protected=false", "kfcba"},
		{alice, "protected=True", "Invalid value 'True' for 'protected' filter. Valid values are 'true' or 'false'."},
		{alice, "protected=junk", "Invalid value 'junk' for 'protected' filter. Valid values are 'true' or 'false'."},

		// Filters by time.
		{alice, "created_at=gt:2024-01-03T12:00:00Z", "kfd"},
		{alice, "created_at=gte:2024-01-03T12:00:00Z", "kfdc"},
		{alice, "created_at=lt:2024-01-03T12:00:00Z", "ba"},
		{alice, "created_at=lte:2024-01-03T12:00:00Z", "cba"},
		{alice, "created_at=eq:2024-01-03T12:00:00Z", "c"},
		{alice, "created_at=neq:2024-01-03T12:00:00Z", "kfdba"},
		{alice, "created_at=2024-01-03T12:00:00Z", "c"},
		{alice, "created_at=2024-01-03T14:00:00%2B02:00", "c"},
		{alice, "created_at=20240103T1030-0130", "c"},
		{alice, "created_at=2024-1-3 12", "c"},
		{alice, "updated_at=gt:2024-01-04", "kfd"},
		{alice, "updated_at=lt:2024", ""},
		{alice, "updated_at=nosuch", `Bad "updated_at" query filter format. Use ISO 8601 DateTime notation.`},
		{alice, "created_at=gt:2024-02-30", `Bad "created_at" query filter format. Use ISO 8601 DateTime notation.`},
		{alice, "created_at=foo:2024", "Unable to filter on a unknown operator."},
		{alice, "created_at=in:2024", "Unable to filter on a unknown operator."},
		{alice, "changes-since=2024", `The "changes-since" filter is no longer available on v2.`},

		// Tags and properties.
		{alice, "tag=x", "ba"},
		{alice, "tag=x&tag=y", "b"},
		{alice, "tag=x&tag=nosuch", ""},
		{alice, "tag=+x+", "ba"},
		{alice, "tag=", ""},
		{alice, "tag=a=b", "k"},
		{alice, "tag=%C3%A9", "k"},
		{alice, "tags=yx", "b"},
		{alice, "tags=", "kfdcba"},
		{alice, "__os_type=Linux", "b"},
		{alice, "__os_type=Linux&__platform=Debian", "b"},
		{alice, "__os_type=Linux&__platform=nosuch", ""},
		{alice, "__imagetype=gold", ""},
		{alice, "__os_type=nosuch&__os_type=Linux", "b"},
		{alice, "color=a+b%26c", "b"},
		{alice, "is_public=true", ""},
		{alice, "deleted=true", "kfdcba"},

		// Orders.
		{alice, "sort=name", "afbckd"},
		{alice, "sort=name:asc", "dkcbfa"},
		{alice, "sort=%20name%20:%20asc%20", "dkcbfa"},
		{alice, "sort=size:asc", "adcfkb"},
		{alice, "sort=size:desc", "bkfcda"},
		{alice, "sort=size:asc,name:asc", "dackfb"},
		{alice, "sort=size,name:asc", "bkfcda"},
		{alice, "sort=status:asc,created_at:asc", "bcfkad"},
		{alice, "sort=disk_format:asc", "afkdbc"},
		{alice, "sort=created_at:asc", "abcdfk"},
		{alice, "sort=id:asc", "abcdfk"},
		{alice, "sort_dir=asc", "abcdfk"},
		{alice, "sort_key=name", "afbckd"},
		{alice, "sort_key=name&sort_dir=asc", "dkcbfa"},
		{alice, "sort_key=size&sort_key=name&sort_dir=asc&sort_dir=desc", "adcfkb"},
		{alice, "sort_key=size&sort_key=name&sort_dir=asc", "dackfb"},
		{alice, "sort=name:asc&marker=c", "bfa"},
		{alice, "sort=name:asc&marker=d", "kcbfa"},
		{alice, "sort_dir=asc&marker=c", "dfk"},
		{alice, "sort=size:asc&marker=d", "fkb"},
		{alice, "sort=size:asc&marker=c", "dfkb"},
		{alice, "sort=size:desc&marker=f", "cda"},
		{alice, "sort=", "Invalid sort key: . It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at."},
		{alice, "sort=min_ram", "Invalid sort key: min_ram. It must be one of the following: name, status, container_format, disk_format, size, id, created_at, updated_at."},
		{alice, "sort=name:up", "Invalid sort direction: up"},
		{alice, "sort=name:asc:desc", "Invalid sort direction: asc:desc"},
		{alice, "sort=name&sort_dir=asc", "Old and new sorting syntax cannot be combined"},
		{alice, "sort=name&sort=size", ""},
		{alice, "sort_key=name&sort_key=size&sort_key=id&sort_dir=asc&sort_dir=asc", "Number of sort dirs does not match the number of sort keys"},
		{alice, "sort_dir=up", "Invalid sort direction: up"},

		// Of several errors, the one that Glance reports.
		{alice, "changes-since=x&visibility=x", "Invalid visibility value: x"},
		{alice, "limit=x&member_status=x", "Invalid status: x"},
		{alice, "os_hidden=x&sort=name:x&limit=1", "Invalid sort direction: x"},
		{alice, "marker=x&size_min=x", "Unable to filter on a range with a non-numeric value."},
		{alice, "size_min=x&name=foo:bar", "Unable to filter on a range with a non-numeric value."},
		{alice, "name=foo:bar&size_min=x", "Unable to filter by unknown operator 'foo'."},

		// Queries that make Glance fail.
		{alice, "properties=x", dialect.Internal.Message},
		{alice, "changes-since=", dialect.Internal.Message},
		{alice, "locations=x", dialect.Internal.Message},
		{alice, "members=x", dialect.Internal.Message},
		{alice, "foo_min=1", dialect.Internal.Message},
		{alice, "size_min=9223372036854775808", dialect.Internal.Message},

		// Forms of the query.
		{alice, "name=ubuntu;status=active", ""},
		{alice, "&&name=ubuntu&&", "a"},
		{alice, "name=a%2Cb", "c"},
		{alice, "%6eame=ubuntu", "a"},
		{alice, "name=%zz", ""},
		{alice, "name=%ff", "Error decoding your request. Either the URL or the request body contained characters that could not be decoded by Glance"},
	} {
		t.Run(tt.who.UserID+"?"+tt.query, func(t *testing.T) {
			t.Parallel()
			rep, err := list(api, tt.who, tt.query)
			got := ""
			if err != nil {
				got = err.Error()
			} else {
				got = parsePage(t, rep).ids()
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestGetImagesLinks(t *testing.T) {
	t.Parallel()
	api := newListAPI(t)
	for _, tt := range []struct{ query, first, next string }{
		{"", "", ""},
		{"limit=6", "?limit=6", "?limit=6&marker=a"},
		{"limit=7", "?limit=7", ""},
		{"limit=0", "?limit=0", ""},
		{"limit=1&marker=f", "?limit=1", "?limit=1&marker=d"},
		{"marker=f&limit=1&sort=name:asc", "?limit=1&sort=name%3Aasc", "?limit=1&sort=name%3Aasc&marker=a"},
		{"limit=1&tag=y&tag=x", "?limit=1&tag=x", "?limit=1&tag=x&marker=b"},
		{"tag=y&limit=1&tag=x", "?tag=x&limit=1", "?tag=x&limit=1&marker=b"},
		{"a=1&b=2&a=3", "?a=3&b=2", ""},
		{"a&b=&=c", "?a=&b=&=c", ""},
		{"color=a%20b%26c&limit=1", "?color=a+b%26c&limit=1", "?color=a+b%26c&limit=1&marker=b"},
		{"name=a~b-c_d.e!f*g(h)'i/j?k", "?name=a~b-c_d.e%21f%2Ag%28h%29%27i%2Fj%3Fk", ""},
		{"name=%zz%e2%82%ac", "?name=%25zz%E2%82%AC", ""},
		{"name=%4&a=%&b=%zz%&c=%%41", "?name=%04&a=%25&b=%25zz%25&c=%25A", ""},
		{"limit=%201", "?limit=+1", "?limit=+1&marker=k"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			rep, err := list(api, alice, tt.query)
			if err != nil {
				t.Fatal(err)
			}
			next := ""
			if tt.next != "" {
				next = "/v2/images" + tt.next
			}
			p := parsePage(t, rep)
			if p.First != "/v2/images"+tt.first || p.Next != next || p.Schema != "/v2/schemas/images" {
				t.Errorf("first %q, next %q, schema %q; want %q, %q", p.First, p.Next, p.Schema, "/v2/images"+tt.first, next)
			}
		})
	}
}

// TestGetImagesBody checks the complete body of a page.
func TestGetImagesBody(t *testing.T) {
	t.Parallel()
	rep, err := list(newListAPI(t), alice, "tag=x&limit=1")
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"images": [{"__os_type": "Linux", "__platform": "Debian", "color": "a b&c", ` +
		`"name": "debian", "disk_format": "raw", "container_format": "bare", "visibility": "private", "size": 10, ` +
		`"virtual_size": 100, "status": "active", "checksum": "c1", "protected": false, "min_ram": 2, "min_disk": 7, ` +
		`"owner": "alpha", "os_hidden": false, "os_hash_algo": "sha512", "os_hash_value": "h1", "id": "b", ` +
		`"created_at": "2024-01-02T12:00:00Z", "updated_at": "2024-01-02T12:00:00Z", "tags": ["x", "y"], ` +
		`"self": "/v2/images/b", "file": "/v2/images/b/file", "schema": "/v2/schemas/image"}], ` +
		`"first": "/v2/images?tag=x&limit=1", "schema": "/v2/schemas/images", "next": "/v2/images?tag=x&limit=1&marker=b"}`
	if got := string(rep.Body); got != want || rep.Status != http.StatusOK || rep.ContentType != wire.TypeJSON {
		t.Errorf("%d %s\n%s\nwant\n%s", rep.Status, rep.ContentType, got, want)
	}
}

// TestGetImagesWalk follows the links from page to page, in every order except by
// size, in which Glance skips images without a size.
func TestGetImagesWalk(t *testing.T) {
	t.Parallel()
	api := newListAPI(t)
	for _, key := range []string{"name", "status", "container_format", "disk_format", "id", "created_at", "updated_at"} {
		for _, dir := range []string{"asc", "desc"} {
			whole, err := list(api, admin, "visibility=all&sort="+key+":"+dir)
			if err != nil {
				t.Fatal(err)
			}
			got, query := "", "visibility=all&limit=3&sort="+key+":"+dir
			for query != "" {
				rep, err := list(api, admin, query)
				if err != nil {
					t.Fatalf("%s: %v", query, err)
				}
				p := parsePage(t, rep)
				got += p.ids()
				_, query, _ = strings.Cut(p.Next, "?")
			}
			if want := parsePage(t, whole).ids(); got != want {
				t.Errorf("by %s, %s: page by page %q, at once %q", key, dir, got, want)
			}
		}
	}
}

func TestGetImagesLinger(t *testing.T) {
	t.Parallel()
	api := newListAPI(t)
	stay := func() *scenarios.Linger {
		return &scenarios.Linger{Reads: 2, In: []scenarios.Operation{scenarios.GetImages}}
	}
	if err := api.Images.Delete("b", now, stay, func(*registry.Image) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"b", "b", ""} {
		rep, err := list(api, alice, "name=debian")
		if err != nil {
			t.Fatal(err)
		}
		if got := parsePage(t, rep).ids(); got != want {
			t.Errorf("after its deletion the list shows %q, want %q", got, want)
		}
	}
}

// FuzzListQuery sends arbitrary queries. The answer is a page, or an error that is the
// caller's fault; a few parameters get the 500 that a real Glance also answers.
func FuzzListQuery(f *testing.F) {
	for _, query := range []string{
		"", "limit=2&marker=b", "sort=name:asc,size:desc", "sort_key=name&sort_dir=asc", "visibility=shared&member_status=all",
		`name=in:"a,b",c`, "created_at=gte:2024-01-03T14:00:00%2B02:00", "size_min=1_0&size_max=2e1", "tag=x&tags=yx&a=%zz;b",
		"protected=true&os_hidden=false", "checksum=c1&checksum=c2", "changes-since=&properties=&locations=&deleted=",
	} {
		f.Add(query)
	}
	api := newListAPI(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, who := range []wire.Caller{alice, admin} {
			rep, err := list(api, who, query)
			if err == nil {
				parsePage(t, rep)
				continue
			}
			var p *dialect.Problem
			if !errors.As(err, &p) || p != dialect.Internal && p.Status/100 != 4 {
				t.Errorf("%q: %v", query, err)
			}
		}
	})
}
