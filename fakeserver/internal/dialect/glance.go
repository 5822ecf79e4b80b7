package dialect

import "github.com/fakeglance/fakeglance/scenarios"

// glance is OpenStack's own image service, as recorded from a real one. All
// other dialects are described by how they differ from it.
var glance = Dialect{Name: scenarios.Glance}
