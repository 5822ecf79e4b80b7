package main

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fakeglance/fakeglance/fakeserver"
)

// leavers are clients that leave a process behind, and what they leave.
var leavers = map[string]func(address string) int{
	"leaver": func(address string) int {
		child := exec.Command(os.Args[0], address)
		child.Env = append(os.Environ(), beClient+"=left")
		if err := child.Start(); err != nil {
			return 1
		}
		return 0
	},
	"keeper": func(address string) int { // of its output
		child := exec.Command(os.Args[0], address)
		child.Env, child.Stdout = append(os.Environ(), beClient+"=left"), os.Stdout
		if err := child.Start(); err != nil {
			return 1
		}
		os.Stdout.WriteString("so much\n")
		return 1
	},
	"left": func(address string) int {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return 1
		}
		_, _ = conn.Read(make([]byte, 1)) // as long as the test wants
		return 0
	},
}

// callLeaver returns a call of a client of leavers, what that connects to, and the end of
// what is left of it.
func callLeaver(t *testing.T, client string) (call func() error, listener net.Listener, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	b, err := fakeserver.Run(t).Sandbox("left")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{environ: append(os.Environ(), beClient+"="+client)}
	run, stop := p.commandClient(&gradeOptions{command: []string{os.Args[0], listener.Addr().String()}})
	t.Cleanup(stop)
	return func() error { return run(t.Context(), b, []string{"some-id"}) }, listener, stop
}

// What commands leave behind has ended once grade has, which does not wait for contexts
// to tell: the program could end first.
func TestGradeStopsWhatIsLeft(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there only the command itself is ended")
	}
	call, listener, stop := callLeaver(t, "leaver")
	if err := call(); err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	stop()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("the process that the command has left is still there: %v", err)
	}
}

// A command has ended when its process has, whoever still has its output: what comes
// later comes after its end, and is not in time.
func TestGradeWaitsForTheCommandOnly(t *testing.T) {
	t.Parallel()
	call, listener, _ := callLeaver(t, "keeper")
	for try := 1; ; try++ { // another time, the machine is less busy
		began := time.Now()
		err := call()
		took := time.Since(began)
		if err == nil || !strings.Contains(err.Error(), "so much") {
			t.Errorf("it ended with %v", err)
		}
		conn, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close() // only now does the child end
		switch {
		case took < killTime:
			return
		case try == 3:
			t.Fatalf("it took %s", took)
		}
	}
}
