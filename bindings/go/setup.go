package ckzg4844

// #include <kzg.h>
// #include <stdlib.h>
import "C"

import (
	"sync"
	"unsafe"
)

// setup is the trusted setup of the process. The library's settings may be used by any number of
// calls at once, also while they are freed, so the lock is only held to load and to free.
var setup struct {
	sync.RWMutex
	loaded   bool
	settings C.KZGSettings
}

// LoadTrustedSetup loads a setup from compressed points: 4096 points of G1 in monomial form, 4096 in
// Lagrange form in natural order, and 65 points of G2 in monomial form. Tables of 21 MB are built
// when they are first needed; of 71 MB if precompute is above 8. It is at most 15.
func LoadTrustedSetup(g1MonomialBytes, g1LagrangeBytes, g2MonomialBytes []byte, precompute uint) error {
	return load(func(out *C.KZGSettings) C.C_KZG_RET {
		return C.load_trusted_setup(
			out,
			(*C.uint8_t)(first(g1MonomialBytes)), C.uint64_t(len(g1MonomialBytes)),
			(*C.uint8_t)(first(g1LagrangeBytes)), C.uint64_t(len(g1LagrangeBytes)),
			(*C.uint8_t)(first(g2MonomialBytes)), C.uint64_t(len(g2MonomialBytes)),
			C.uint64_t(precompute))
	})
}

// LoadTrustedSetupFile loads the setup in a file, in the text format of c-kzg or the JSON format of
// the consensus specifications. A file that cannot be read is a panic, as in c-kzg-4844.
func LoadTrustedSetupFile(trustedSetupFile string, precompute uint) error {
	path := C.CString(trustedSetupFile)
	defer C.free(unsafe.Pointer(path))
	return load(func(out *C.KZGSettings) C.C_KZG_RET {
		mode := C.CString("rb")
		defer C.free(unsafe.Pointer(mode))
		file := C.fopen(path, mode)
		if file == nil {
			panic("cannot open the trusted setup " + trustedSetupFile)
		}
		defer C.fclose(file)
		return C.load_trusted_setup_file(out, file, C.uint64_t(precompute))
	})
}

// LoadMainnetTrustedSetup loads the setup of Ethereum's mainnet, which is part of the library.
func LoadMainnetTrustedSetup(precompute uint) error {
	return load(func(out *C.KZGSettings) C.C_KZG_RET {
		return C.kzg_load_mainnet_trusted_setup(out, C.uint64_t(precompute))
	})
}

// FreeTrustedSetup frees the setup. Calls that have begun end as if it were still loaded.
func FreeTrustedSetup() {
	setup.Lock()
	defer setup.Unlock()
	if !setup.loaded {
		panic("trusted setup isn't loaded")
	}
	C.free_trusted_setup(&setup.settings)
	setup.loaded = false
}

// load fills the settings of the process.
func load(fill func(out *C.KZGSettings) C.C_KZG_RET) error {
	setup.Lock()
	defer setup.Unlock()
	if setup.loaded {
		panic("trusted setup is already loaded")
	}
	err := errorOf(fill(&setup.settings))
	setup.loaded = err == nil
	return err
}

// settings returns the settings for one call. The copy names the same settings as the original.
func settings() *C.KZGSettings {
	setup.RLock()
	defer setup.RUnlock()
	if !setup.loaded {
		panic("trusted setup isn't loaded")
	}
	settings := setup.settings
	return &settings
}

// first returns the address of the first item, or nil if there is none.
func first[T any](items []T) unsafe.Pointer {
	if len(items) == 0 {
		return nil
	}
	return unsafe.Pointer(&items[0])
}
