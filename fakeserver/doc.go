// Package fakeserver is a fake OpenStack image service for tests: Glance's image
// API, with as much of Keystone as its clients need, which fails as a scenario
// says. In a test it is one line:
//
//	func TestDelete(t *testing.T) {
//		srv := fakeserver.Run(t, fakeserver.WithScenario("flaky-then-ok")) // stops with the test
//		client := NewMyClient(srv.URL, srv.Token())
//
//		if err := client.DeleteImage(t.Context(), "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"); err != nil {
//			t.Fatal(err)
//		}
//		srv.CheckDeleted(t, "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90")
//		srv.CheckFaultsSpent(t) // the 503s really happened
//	}
//
// [EachScenario] runs one deletion against all the incidents that the library
// has, each on a server of its own, and CheckOutcome says whether it came out as
// it should.
//
// What a server holds and how it fails is written in the language of package
// [github.com/fakeglance/fakeglance/scenarios]. Its answers are those of a real
// Glance, in three dialects: see [scenarios.Dialect]. Each request is in a
// journal, with its answer, the fault that was injected, and why the others were not.
//
// A server is an [net/http.Handler] and a world of its own: two in one process
// share nothing, so tests may run in parallel.
//
// It is not a proxy, not a general HTTP mock, not an image store for production,
// and not a load generator.
package fakeserver
