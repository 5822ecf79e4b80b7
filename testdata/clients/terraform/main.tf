terraform {
  required_providers {
    openstack = {
      source = "terraform-provider-openstack/openstack"
    }
  }
}

variable "name" { type = string }
variable "data" { type = string }
variable "member" { type = string }

variable "distro" {
  type    = string
  default = "unknown"
}

variable "tags" {
  type    = list(string)
  default = []
}

variable "look_up" {
  type    = bool
  default = false
}

variable "share" {
  type    = bool
  default = false
}

provider "openstack" {} # configured by the environment

resource "openstack_images_image_v2" "image" {
  name             = var.name
  local_file_path  = var.data
  disk_format      = "raw"
  container_format = "bare"
  visibility       = "shared"
  tags             = var.tags
  properties       = { distro = var.distro } # the provider ignores properties named os_…
}

resource "openstack_images_image_access_v2" "access" {
  count     = var.share ? 1 : 0
  image_id  = openstack_images_image_v2.image.id
  member_id = var.member
}

data "openstack_images_image_v2" "found" {
  count = var.look_up ? 1 : 0
  name  = var.name
}

output "id" {
  value = openstack_images_image_v2.image.id
}

output "checksum" {
  value = openstack_images_image_v2.image.checksum
}

output "found" {
  value = var.look_up ? data.openstack_images_image_v2.found[0].id : ""
}
