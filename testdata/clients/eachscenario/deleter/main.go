// The program deleter deletes the image $FAKEGLANCE_IMAGE_ID with good error handling.
// Instead of waiting it moves the clock of its sandbox on, so that minutes of pauses
// take no time.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/fakeglance/fakeglance/testdata/clients/eachscenario"
)

func main() {
	url := os.Getenv("FAKEGLANCE_URL")
	cloud := &eachscenario.Cloud{
		URL: url, AuthURL: os.Getenv("OS_AUTH_URL"), HTTP: http.DefaultClient,
		User: os.Getenv("OS_USERNAME"), Password: os.Getenv("OS_PASSWORD"), Project: os.Getenv("OS_PROJECT_NAME"),
		Sleep: func(ctx context.Context, d time.Duration) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/_fake/clock", strings.NewReader(fmt.Sprintf(`{"advance": %q}`, d)))
			if err != nil {
				return err
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		},
	}
	if err := cloud.Delete(context.Background(), strings.Fields(os.Getenv("FAKEGLANCE_IMAGE_ID"))...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
