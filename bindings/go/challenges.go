package ckzg4844

// #include <kzg.h>
import "C"

import "unsafe"

// computeChallenge returns the point at which the proof of a blob opens the blob. The tests of this
// package use it, since test files cannot use cgo.
func computeChallenge(blob *Blob, commitmentBytes Bytes48) (Bytes32, error) {
	var commitment C.g1_t
	result := C.bytes_to_kzg_commitment(&commitment, (*C.Bytes48)(unsafe.Pointer(&commitmentBytes)))
	if err := errorOf(result); err != nil {
		return Bytes32{}, err
	}
	var challenge C.fr_t
	C.compute_challenge(&challenge, (*C.Blob)(unsafe.Pointer(blob)), &commitment)
	return bytesOf(&challenge), nil
}

// computeVerifyCellKZGProofBatchChallenge returns the coefficient whose powers weight a batch of
// cells. The tests of this package use it.
func computeVerifyCellKZGProofBatchChallenge(
	commitmentsBytes []Bytes48,
	commitmentIndices []uint64,
	cellIndices []uint64,
	cells []Cell,
	proofsBytes []Bytes48,
) (Bytes32, error) {
	n := len(cells)
	if len(commitmentIndices) != n || len(cellIndices) != n || len(proofsBytes) != n {
		return Bytes32{}, ErrBadArgs
	}
	var challenge C.fr_t
	result := C.compute_verify_cell_kzg_proof_batch_challenge(
		&challenge,
		(*C.Bytes48)(first(commitmentsBytes)),
		C.uint64_t(len(commitmentsBytes)),
		(*C.uint64_t)(first(commitmentIndices)),
		(*C.uint64_t)(first(cellIndices)),
		(*C.Cell)(first(cells)),
		(*C.Bytes48)(first(proofsBytes)),
		C.uint64_t(n))
	if err := errorOf(result); err != nil {
		return Bytes32{}, err
	}
	return bytesOf(&challenge), nil
}

// bytesOf returns the bytes of a field element of the library.
func bytesOf(element *C.fr_t) Bytes32 {
	var out Bytes32
	C.bytes_from_bls_field((*C.Bytes32)(unsafe.Pointer(&out)), element)
	return out
}
