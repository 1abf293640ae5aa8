// Package ckzg4844 computes and verifies KZG commitments and proofs of EIP-4844 and EIP-7594, by
// libkzg.
//
// The package has the names, types and errors of the Go binding of c-kzg-4844, version 2. Its
// functions use one trusted setup of the process: that of [LoadTrustedSetup],
// [LoadTrustedSetupFile] or [LoadMainnetTrustedSetup]. A call without a loaded setup panics, and so
// does loading a second one.
//
// Every function may be called from several goroutines at once.
//
// Building needs cgo, and an installed libkzg that the compiler finds; see README.md.
package ckzg4844
