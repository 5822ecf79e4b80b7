// The program deleter deletes the image $FAKEGLANCE_IMAGE_ID with gophercloud, as
// programs that use it do: it signs in, and calls images.Delete.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
)

func main() {
	if err := remove(context.Background(), os.Getenv("FAKEGLANCE_IMAGE_ID")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func remove(ctx context.Context, id string) error {
	provider, err := openstack.AuthenticatedClient(ctx, gophercloud.AuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		Username:         os.Getenv("OS_USERNAME"),
		Password:         os.Getenv("OS_PASSWORD"),
		TenantName:       os.Getenv("OS_PROJECT_NAME"),
		DomainID:         os.Getenv("OS_USER_DOMAIN_ID"),
		AllowReauth:      true,
	})
	if err != nil {
		return err
	}
	client, err := openstack.NewImageV2(provider, gophercloud.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")})
	if err != nil {
		return err
	}
	return images.Delete(ctx, client, id).ExtractErr()
}
