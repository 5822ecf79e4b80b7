package keystone_test

import (
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver/internal/clock"
	"github.com/fakeglance/fakeglance/fakeserver/internal/keystone"
	"github.com/fakeglance/fakeglance/fakeserver/internal/wire"
	"github.com/fakeglance/fakeglance/scenarios"
)

func request(token string) *http.Request {
	r := &http.Request{Header: http.Header{}}
	r.Header.Set("X-Auth-Token", token)
	return r
}

func member(user, project string) wire.Caller {
	return wire.Caller{
		UserID: scenarios.UserID(user), User: user,
		ProjectID: scenarios.ProjectID(project), Project: project,
		Roles: wire.Roles(scenarios.RoleMember),
	}
}

func admin(user, project string) wire.Caller {
	c := member(user, project)
	c.Roles = wire.Roles(scenarios.RoleAdmin)
	return c
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	alice := scenarios.User{Name: "alice", Project: "alpha", Roles: []string{scenarios.RoleAdmin}}
	demo := member(scenarios.DefaultUser, scenarios.DefaultProject)
	nobody := wire.Caller{}
	for _, test := range []struct {
		name  string
		auth  scenarios.Auth
		token string
		want  wire.Caller
	}{
		{"open: any token is the default user's", scenarios.Auth{}, "x", demo},
		{"open: no token", scenarios.Auth{}, "", nobody},
		{"open: even where users are declared", scenarios.Auth{Users: []scenarios.User{alice}}, "x", demo},
		{"strict: a token that nobody issued", scenarios.Auth{Strict: true}, "x", nobody},
		{"the standing token", scenarios.Auth{Strict: true}, standingToken(t), demo},
		{"listed without user and project", listed(scenarios.Token{Token: "t"}), "t", demo},
		{"listed for a user", listed(scenarios.Token{Token: "t", User: "bob", Project: "beta"}), "t", member("bob", "beta")},
		{"listed for an id", listed(scenarios.Token{Token: "t", Project: "0123456789abcdef0123456789abcdef"}), "t", member("demo", "0123456789abcdef0123456789abcdef")},
		{"listed with roles", listed(scenarios.Token{Token: "t", Roles: []string{scenarios.RoleAdmin}}), "t", admin("demo", "demo")},
		{"listed for the user admin", listed(scenarios.Token{Token: "t", User: "admin"}), "t", admin("admin", "demo")},
		{"listed for a user who is not declared, after another such token", scenarios.Auth{Tokens: []scenarios.Token{
			{Token: "s", User: "bob", Project: "beta", Roles: []string{scenarios.RoleAdmin}}, {Token: "t", User: "bob"},
		}}, "t", member("bob", "demo")},
		{"listed for a declared user", listed(scenarios.Token{Token: "t", User: "alice"}, alice), "t", admin("alice", "alpha")},
		{"listed for a declared user elsewhere", listed(scenarios.Token{Token: "t", User: "alice", Project: "beta", Roles: []string{scenarios.RoleMember}}, alice), "t", member("alice", "beta")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := keystone.New(test.auth, 1, new(clock.Clock))
			if got := api.Identify(request(test.token)); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
	t.Run("no header", func(t *testing.T) {
		api := keystone.New(scenarios.Auth{}, 1, new(clock.Clock))
		if got := api.Identify(&http.Request{}); got != nobody {
			t.Errorf("got %+v, want the zero Caller", got)
		}
	})
}

func standingToken(t *testing.T) string {
	t.Helper()
	token := keystone.New(scenarios.Auth{}, 1, new(clock.Clock)).Token()
	if !regexp.MustCompile(`^gAAAAA[\w=-]{55,}$`).MatchString(token) {
		t.Errorf("%s is not in the form of a Fernet token", token)
	}
	return token
}

func listed(token scenarios.Token, users ...scenarios.User) scenarios.Auth {
	return scenarios.Auth{Strict: true, Users: users, Tokens: []scenarios.Token{token}}
}

// A token that has expired, or has no uses left, is rejected, whether the server is
// strict or not.
func TestTokensBecomeInvalid(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{false, true} {
		clk := new(clock.Clock)
		api := keystone.New(scenarios.Auth{Strict: strict, TokenTTL: time.Hour, Tokens: []scenarios.Token{
			{Token: "hour", ExpiresAfter: time.Hour}, {Token: "twice", Uses: 2},
		}}, 1, clk)
		check := func(token string, want bool) {
			t.Helper()
			if got := api.Identify(request(token)).Known(); got != want {
				t.Errorf("strict %v: token %.12s is valid: %v, want %v", strict, token, got, want)
			}
		}
		issued := client{t: t, api: api, clk: clk}.signIn("alice", "alpha")

		check("twice", true)
		check("twice", true)
		check("twice", false)
		clk.Advance(59 * time.Minute)
		check("hour", true)
		check(issued, true)
		clk.Advance(time.Minute)
		check("hour", false)
		check(issued, false)
		check(api.Token(), true)
	}
}

// A token is valid until the instant of its expiry, but not at that instant. Time
// stands still in the synctest bubble, so the test can use that exact instant.
func TestTokensExpireAtTheInstant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		clk := new(clock.Clock)
		api := keystone.New(scenarios.Auth{Strict: true, TokenTTL: time.Hour, Tokens: []scenarios.Token{
			{Token: "listed", ExpiresAfter: time.Hour},
		}}, 1, clk)
		c := client{t: t, api: api, clk: clk}
		issued := c.signIn("alice", "alpha")
		check := func(when string, want bool) {
			t.Helper()
			for _, token := range []string{"listed", issued} {
				if got := api.Identify(request(token)).Known(); got != want {
					t.Errorf("%s its expiry the token %.12s is valid for a request: %v, want %v", when, token, got, want)
				}
				status := c.do(testCall{op: scenarios.CreateToken, body: withToken(token, `"unscoped"`)}).Status
				if got := status == 201; got != want {
					t.Errorf("%s its expiry the token %.12s is valid for create_token: %v, want %v", when, token, got, want)
				}
			}
		}
		clk.Advance(time.Hour - 1)
		check("a nanosecond before", true)
		clk.Advance(1)
		check("at", false)
	})
}

func TestDefaultTTLIsADay(t *testing.T) {
	t.Parallel()
	clk := new(clock.Clock)
	api := keystone.New(scenarios.Auth{}, 1, clk)
	token := client{t: t, api: api, clk: clk}.signIn("alice", "alpha")
	clk.Advance(24*time.Hour - time.Minute)
	if !api.Identify(request(token)).Known() {
		t.Error("the token expired before a day was over")
	}
	clk.Advance(time.Minute)
	if api.Identify(request(token)).Known() {
		t.Error("the token is valid for more than a day")
	}
}

func TestUsesAreCountedExactly(t *testing.T) {
	t.Parallel()
	const uses, clients, tries = 700, 50, 40
	api := keystone.New(listed(scenarios.Token{Token: "t", Uses: uses}), 1, new(clock.Clock))
	var accepted atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range tries {
				if api.Identify(request("t")).Known() {
					accepted.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if got := accepted.Load(); got != uses {
		t.Errorf("accepted %d of %d requests, want %d", got, clients*tries, uses)
	}
}

func TestIdentifyDoesNotAllocate(t *testing.T) {
	clk := new(clock.Clock)
	api := keystone.New(scenarios.Auth{Tokens: []scenarios.Token{{Token: "plain"}, {Token: "counted", Uses: 1 << 30}}}, 1, clk)
	issued := client{t: t, api: api, clk: clk}.signIn("alice", "alpha")
	for _, token := range []string{"unknown", "plain", "counted", issued, api.Token()} {
		r := request(token)
		if n := testing.AllocsPerRun(100, func() { api.Identify(r) }); n != 0 {
			t.Errorf("token %.12s: %v allocations", token, n)
		}
	}
}

func BenchmarkIdentify(b *testing.B) {
	clk := new(clock.Clock)
	api := keystone.New(scenarios.Auth{Tokens: []scenarios.Token{{Token: "plain"}, {Token: "counted", Uses: 1 << 62}}}, 1, clk)
	tokens := map[string]string{"unknown": "some-token", "plain": "plain", "counted": "counted", "standing": api.Token()}
	for range 1000 {
		tokens["issued"] = client{t: b, api: api, clk: clk}.signIn("alice", "alpha")
	}
	for name, token := range tokens {
		r := request(token)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				api.Identify(r)
			}
		})
		b.Run(name+"/parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					api.Identify(r)
				}
			})
		})
	}
}
