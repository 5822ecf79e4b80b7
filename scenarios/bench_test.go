package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkParse parses 100,000 images, each written out.
func BenchmarkParse(b *testing.B) {
	for name, format := range map[string]string{
		"flow":  "  - {id: %08x-5c61-48ff-b4f3-0ad4e5e3ba90, name: image-%d, protected: true}\n",
		"block": "  - id: %08x-5c61-48ff-b4f3-0ad4e5e3ba90\n    name: image-%d\n    protected: true\n",
		// Not simple, so that all of it is read by yaml.v3.
		"comments": "  - {id: %08x-5c61-48ff-b4f3-0ad4e5e3ba90, name: image-%d, protected: true} # ü\n",
	} {
		var src strings.Builder
		src.WriteString("images:\n")
		for i := range 100_000 {
			fmt.Fprintf(&src, format, i, i)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse("many.yaml", []byte(src.String())); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkWrongKeys parses a mapping with 80,000 keys that are misspelt or given
// twice: the time must grow with their number, not with its square.
func BenchmarkWrongKeys(b *testing.B) {
	for name, format := range map[string]string{
		"misspelt": "imags%d: []\n",
		"unlike":   "key_%d: []\n",
		"twice":    "name: x%d\n",
	} {
		var src strings.Builder
		for i := range 80_000 {
			fmt.Fprintf(&src, format, i)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse("wrong.yaml", []byte(src.String())); err == nil {
					b.Fatal("wrong keys are accepted")
				}
			}
		})
	}
}
