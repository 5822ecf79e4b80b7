package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	var src strings.Builder
	src.WriteString("images:\n")
	for i := range 100_000 {
		fmt.Fprintf(&src, "  - {id: %08x-5c61-48ff-b4f3-0ad4e5e3ba90, name: image-%d, protected: true}\n", i, i)
	}
	for b.Loop() {
		if _, err := Parse("many.yaml", []byte(src.String())); err != nil {
			b.Fatal(err)
		}
	}
}
