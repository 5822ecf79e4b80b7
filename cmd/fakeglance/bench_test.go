package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkStart measures the time from the start of the process to its first answer,
// and its resident memory at that moment. x/bare is its median time divided by that of
// a program with nothing but net/http. The two programs are started alternately.
func BenchmarkStart(b *testing.B) {
	ours, bare := build(b, "."), build(b, "../../testdata/bare")
	var took, bareTook []time.Duration
	var resident int
	for b.Loop() {
		p := spawn(b, bare)
		bareTook = append(bareTook, p.took)
		p.stop()
		p = spawn(b, ours, "--listen", "127.0.0.1:0")
		took = append(took, p.took)
		resident = max(resident, p.resident(b))
		p.stop()
	}
	b.ReportMetric(median(took).Seconds()*1e3, "ms")
	b.ReportMetric(float64(median(took))/float64(median(bareTook)), "x/bare")
	b.ReportMetric(float64(resident)/1024, "MiB")
}

// BenchmarkImages measures the time to the first answer with many images, and the
// resident memory at that moment. The file lists each image, or one with a count.
func BenchmarkImages(b *testing.B) {
	binary := build(b, ".")
	for _, n := range []int{1, 1_000, 100_000, 1_000_000} {
		var each strings.Builder
		each.WriteString("images:\n")
		for i := range n {
			fmt.Fprintf(&each, "  - {id: %08x-5c61-48ff-b4f3-0ad4e5e3ba90, name: image-%d}\n", i, i)
		}
		for _, file := range []struct{ name, text string }{
			{"each", each.String()},
			{"count", fmt.Sprintf("images: [{name: 'image-{n}', count: %d}]\n", n)},
		} {
			b.Run(fmt.Sprintf("%s/images=%d", file.name, n), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "images.yaml")
				if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
					b.Fatal(err)
				}
				var resident int
				for b.Loop() {
					p := spawn(b, binary, "--listen", "127.0.0.1:0", path)
					resident = max(resident, p.resident(b))
					p.stop()
				}
				b.ReportMetric(float64(resident)/1024, "MiB")
			})
		}
	}
}

// A process is a running server.
type process struct {
	cmd  *exec.Cmd
	took time.Duration // from its start to its first answer
}

func build(b *testing.B, pkg string) (binary string) {
	b.Helper()
	binary = filepath.Join(b.TempDir(), "program")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, pkg).CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return binary
}

func spawn(b *testing.B, binary string, args ...string) *process {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), binary, args...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), ": listening on ")
	if !ok {
		b.Fatalf("%s prints %q (%v)", binary, line, err)
	}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+"/healthcheck", nil)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
	took := time.Since(start)
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return &process{cmd, took}
}

func (p *process) stop() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// resident returns the resident memory of the process in KiB, or 0 if the system has
// no /proc.
func (p *process) resident(b *testing.B) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if size, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(size)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	return 0
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
