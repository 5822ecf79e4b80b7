//go:build race

package fakeserver_test

// raceDetector is whether the race detector is on, with which everything takes longer.
const raceDetector = true
