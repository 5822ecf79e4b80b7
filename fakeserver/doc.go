// Package fakeserver is a fake OpenStack image service for tests. It implements
// Glance's image API and as much of Keystone as image clients need, and fails
// exactly as a scenario says. In a test it takes one line:
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
// [WithCoverage] notes which answers tests have driven clients through, so that the
// command fakeglance coverage can tell which they never did.
//
// [EachScenario] runs one deletion against every incident of the library, each on
// a server of its own, and [Server.CheckOutcome] judges the result.
//
// [Server.Hold] keeps a call waiting, so that calls which meet are carried out in the
// same order on every run.
//
// Package [github.com/fakeglance/fakeglance/scenarios] is the language that
// describes what a server holds and how it fails. The answers are those of a real
// Glance, in three dialects: see [scenarios.Dialect]. A journal has each request
// with its answer, the fault that was injected, and why the others were not.
//
// A server is an [net/http.Handler]. Two servers share nothing, so tests may run in
// parallel.
//
// It is not a proxy, a general HTTP mock, an image store for production, or a load
// generator.
package fakeserver
