module github.com/fakeglance/fakeglance/testdata/clients/eachscenario

go 1.25.0

require github.com/fakeglance/fakeglance v0.0.0

require (
	github.com/gorilla/mux v1.8.1 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace github.com/fakeglance/fakeglance => ../../..
