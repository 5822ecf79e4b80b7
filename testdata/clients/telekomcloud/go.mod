module github.com/fakeglance/fakeglance/testdata/clients/telekomcloud

go 1.25.0

require github.com/opentelekomcloud/gophertelekomcloud v0.9.4

require gopkg.in/yaml.v2 v2.3.0 // indirect
