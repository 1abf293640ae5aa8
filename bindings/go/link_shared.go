//go:build !kzg_static

package ckzg4844

// #cgo LDFLAGS: -lkzg
import "C"
