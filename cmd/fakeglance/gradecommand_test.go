package main

import (
	"net"
	"os"
	"os/exec"
	"runtime"
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
	"left": func(address string) int {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return 1
		}
		_, _ = conn.Read(make([]byte, 1)) // as long as the test wants
		return 0
	},
}

// What commands leave behind has ended once grade has, which does not wait for contexts
// to tell: the program could end first.
func TestGradeStopsWhatIsLeft(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there only the command itself is ended")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	srv := fakeserver.Run(t)
	b, err := srv.Sandbox("left")
	if err != nil {
		t.Fatal(err)
	}
	p := &program{environ: append(os.Environ(), beClient+"=leaver")}
	client, stop := p.commandClient(&gradeOptions{command: []string{os.Args[0], listener.Addr().String()}})
	if err := client(t.Context(), b, []string{"some-id"}); err != nil {
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
