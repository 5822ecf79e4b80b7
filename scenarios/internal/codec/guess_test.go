package codec

import "testing"

func TestGuess(t *testing.T) {
	t.Parallel()
	known := []string{"delete_image", "get_image", "get_images", "create_token", "name", "match", "id"}
	for wrong, want := range map[string]string{
		"delete_imag":  "delete_image",
		"Delete-Image": "delete_image",
		"deleteImage":  "delete_image",
		"get_iamges":   "get_images",
		"nmae":         "name",
		"mtch":         "match",
		"di":           "id", // swapped letters count once
		"frobnicate":   "",
		"":             "",
		"x":            "",
	} {
		if got := Guess(wrong, known); got != want {
			t.Errorf("Guess(%q) is %q, want %q", wrong, got, want)
		}
	}
}
