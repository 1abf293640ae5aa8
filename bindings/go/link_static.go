//go:build kzg_static

package ckzg4844

// #cgo LDFLAGS: -l:libkzg.a -lgcc_s -lpthread -lm -ldl
import "C"
