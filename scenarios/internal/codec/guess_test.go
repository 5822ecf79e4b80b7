package codec

import (
	"fmt"
	"testing"
)

func TestGuess(t *testing.T) {
	t.Parallel()
	known := []string{"get_image_now", "delete_image", "delete_image_tag", "get_image", "get_images", "create_token", "name", "match", "id"}
	for wrong, want := range map[string]string{
		"delete_imag":  "delete_image",
		"Delete-Image": "delete_image",
		"deleteImage":  "delete_image",
		"get_iamges":   "get_images",
		"nmae":         "name",
		"mtch":         "match",
		"di":           "id",           // swapped letters count once
		"delete":       "delete_image", // a part of a word
		"image-delete": "delete_image", // its parts in another order
		"creat":        "create_token", // the beginning of a part
		"ceate":        "create_token", // a part with a letter missing
		"nam":          "name",         // a short form
		"mch":          "match",        // a shorter one
		"male":         "",             // two wrong letters of four
		"image":        "delete_image", // of several with as many other parts the first
		"cr":           "",             // too little of a part
		"frobnicate":   "",
		"":             "",
		"x":            "",
	} {
		if got := Guess(wrong, known); got != want {
			t.Errorf("Guess(%q) is %q, want %q", wrong, got, want)
		}
	}
	if got := Guess("name", []string{"", "x"}); got != "" {
		t.Errorf("with an empty word, Guess is %q", got)
	}
}

// A message never lists fifty words: it says how many there are, and the most
// similar ones.
func TestChoiceIsShort(t *testing.T) {
	t.Parallel()
	var known []string
	for i := range 50 {
		known = append(known, fmt.Sprintf("word%d", i))
	}
	if got, want := Choice("frobnicate", known), "(want one of 50, such as word0, word1 and word2)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := Choice("frobnicate", known[:2]), "(want word0 or word1)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
