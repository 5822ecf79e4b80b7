// Package terraform pins Terraform's OpenStack provider, which the script of the
// same folder builds and drives.
package terraform
