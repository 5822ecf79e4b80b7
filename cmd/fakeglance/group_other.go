//go:build !unix

package main

import "os/exec"

// Elsewhere only the command itself is ended.
func ownGroup(*exec.Cmd)           {}
func endGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
func killGroup(cmd *exec.Cmd)      { _ = cmd.Process.Kill() }
