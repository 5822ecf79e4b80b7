// Package terraform pins the version of Terraform's OpenStack provider. The script in
// this folder tests the server with it.
package terraform
