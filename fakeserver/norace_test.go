//go:build !race

package fakeserver_test

const raceDetector = false
