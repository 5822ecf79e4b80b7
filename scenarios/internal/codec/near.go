package codec

// Near returns the known word that differs from a wrong one by so little that it
// was almost certainly meant; empty: there is none. It is for words that may be
// right although they are not known.
func Near(wrong string, known []string) string {
	slips := 1
	if len(wrong) > 7 {
		slips = 2
	}
	for _, word := range known {
		if distance(fold(wrong), fold(word)) <= slips {
			return word
		}
	}
	return ""
}
