module github.com/fakeglance/fakeglance

go 1.25.0

require (
	github.com/gorilla/handlers v1.5.2
	github.com/gorilla/mux v1.8.1
	gopkg.in/yaml.v3 v3.0.1
)

require github.com/felixge/httpsnoop v1.0.3 // indirect
