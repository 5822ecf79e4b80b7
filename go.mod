module github.com/fakeglance/fakeglance

go 1.25.0

require (
	github.com/gorilla/mux v1.8.1
	gopkg.in/yaml.v3 v3.0.1
)
