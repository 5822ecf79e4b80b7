package dialect

import "github.com/fakeglance/fakeglance/scenarios"

// native is the OpenStack-native API as Huawei Cloud and Open Telekom Cloud
// document it. Where their pages say nothing, it is Glance.
var native = Dialect{
	Name: scenarios.Native,

	UnicodePaths: true,
	CloudImages:  true,
	OnlyUUIDs:    true,

	Signatures:    true,
	DeleteOptions: true,

	DomainRoles: true,

	CloudAttributes: true,
	HidesStores:     true,

	XRequestID: true, // which Huawei's SDK shows with each error

	jsonByDefault: true, // which Huawei's SDK reads; it sends no Accept
}
