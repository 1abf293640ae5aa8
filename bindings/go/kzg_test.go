package ckzg4844

import (
	"os"
	"sync"
	"testing"
)

func TestMain(m *testing.M) {
	if err := LoadMainnetTrustedSetup(0); err != nil {
		panic(err)
	}
	code := m.Run()
	FreeTrustedSetup()
	os.Exit(code)
}

// testBlob returns a blob of canonical field elements.
func testBlob() *Blob {
	blob := new(Blob)
	for i := range blob {
		if i%BytesPerFieldElement != 0 {
			blob[i] = byte(i*i>>3 + 7*i)
		}
	}
	return blob
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func panics(t *testing.T, call func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	call()
}

func TestLoadingAgain(t *testing.T) {
	panics(t, func() { _ = LoadMainnetTrustedSetup(0) })
	panics(t, func() { _ = LoadTrustedSetup(nil, nil, nil, 0) })
	FreeTrustedSetup()
	panics(t, FreeTrustedSetup)
	panics(t, func() { _, _ = BlobToKZGCommitment(new(Blob)) })
	panics(t, func() { _ = LoadTrustedSetupFile("no such file", 0) })
	if err := LoadTrustedSetup(nil, nil, nil, 0); err != ErrBadArgs {
		t.Error(err)
	}
	if err := LoadMainnetTrustedSetup(16); err != ErrBadArgs {
		t.Error(err)
	}
	noError(t, LoadMainnetTrustedSetup(0))
}

func TestLoadingAFile(t *testing.T) {
	path := os.Getenv("KZG_TRUSTED_SETUP")
	if path == "" {
		t.Skip("KZG_TRUSTED_SETUP is not set: no file is loaded")
	}
	before, err := BlobToKZGCommitment(testBlob())
	noError(t, err)
	FreeTrustedSetup()
	noError(t, LoadTrustedSetupFile(path, 8))
	after, err := BlobToKZGCommitment(testBlob())
	noError(t, err)
	if before != after {
		t.Error("the file has another setup")
	}
}

func TestMalformedArguments(t *testing.T) {
	if _, err := BlobToKZGCommitment(nil); err != ErrBadArgs {
		t.Error(err)
	}
	if _, err := ComputeCells(nil); err != ErrBadArgs {
		t.Error(err)
	}
	if _, err := VerifyBlobKZGProofBatch(make([]Blob, 1), nil, nil); err != ErrBadArgs {
		t.Error(err)
	}
	if ok, err := VerifyBlobKZGProofBatch(nil, nil, nil); err != nil || !ok {
		t.Error(ok, err)
	}
	if ok, err := VerifyCellKZGProofBatch(nil, nil, nil, nil); err != nil || !ok {
		t.Error(ok, err)
	}
	if _, err := RecoverCells(make([]uint64, 64), make([]Cell, 63)); err != ErrBadArgs {
		t.Error(err)
	}
	for _, text := range []string{"", "0x", "0x00", "zz"} {
		if new(Bytes32).UnmarshalText([]byte(text)) == nil {
			t.Errorf("%q is read", text)
		}
	}
	var z Bytes32
	noError(t, z.UnmarshalText([]byte("0x00000000000000000000000000000000000000000000000000000000000000ff")))
	if z[31] != 0xff {
		t.Error(z)
	}
}

// Calls of many goroutines at once, while the setup is freed and loaded again between them.
func TestManyGoroutines(t *testing.T) {
	blob := testBlob()
	expected, err := BlobToKZGCommitment(blob)
	noError(t, err)
	for round := 0; round < 3; round++ {
		var group sync.WaitGroup
		for i := 0; i < 8; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				commitment, err := BlobToKZGCommitment(blob)
				if err != nil || commitment != expected {
					t.Error(err)
				}
			}()
		}
		group.Wait()
		FreeTrustedSetup()
		noError(t, LoadMainnetTrustedSetup(0))
	}
}
