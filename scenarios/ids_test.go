package scenarios

import "testing"

func TestIsUUID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		someID:                                 true,
		"4CA46BF1-5C61-48FF-B4F3-0AD4E5E3BA90": true,
		"":                                     false,
		"4ca46bf15c6148ffb4f30ad4e5e3ba90":     false,
		"4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba9":  false,
		"4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba9g": false,
		"4ca46bf1-5c61-48ff-b4f30-ad4e5e3ba90": false,
		"{4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba}": false,
	} {
		if IsUUID(s) != want {
			t.Errorf("IsUUID(%q) is %t", s, !want)
		}
	}
}
