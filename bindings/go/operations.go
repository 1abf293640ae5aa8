package ckzg4844

// #include <kzg.h>
import "C"

import "unsafe"

// BlobToKZGCommitment commits to a blob.
func BlobToKZGCommitment(blob *Blob) (KZGCommitment, error) {
	s := settings()
	var commitment KZGCommitment
	result := C.blob_to_kzg_commitment(
		(*C.KZGCommitment)(unsafe.Pointer(&commitment)),
		(*C.Blob)(unsafe.Pointer(blob)),
		s)
	return orZero(commitment, result)
}

// ComputeKZGProof evaluates a blob's polynomial at z and proves the value: it returns the proof and y.
func ComputeKZGProof(blob *Blob, zBytes Bytes32) (KZGProof, Bytes32, error) {
	s := settings()
	var proof KZGProof
	var y Bytes32
	result := C.compute_kzg_proof(
		(*C.KZGProof)(unsafe.Pointer(&proof)),
		(*C.Bytes32)(unsafe.Pointer(&y)),
		(*C.Blob)(unsafe.Pointer(blob)),
		(*C.Bytes32)(unsafe.Pointer(&zBytes)),
		s)
	if err := errorOf(result); err != nil {
		return KZGProof{}, Bytes32{}, err
	}
	return proof, y, nil
}

// ComputeBlobKZGProof proves that a blob matches its commitment. It does not check that the commitment
// is that of the blob.
func ComputeBlobKZGProof(blob *Blob, commitmentBytes Bytes48) (KZGProof, error) {
	s := settings()
	var proof KZGProof
	result := C.compute_blob_kzg_proof(
		(*C.KZGProof)(unsafe.Pointer(&proof)),
		(*C.Blob)(unsafe.Pointer(blob)),
		(*C.Bytes48)(unsafe.Pointer(&commitmentBytes)),
		s)
	return orZero(proof, result)
}

// VerifyKZGProof tells whether the committed polynomial has the value y at z.
func VerifyKZGProof(commitmentBytes Bytes48, zBytes, yBytes Bytes32, proofBytes Bytes48) (bool, error) {
	s := settings()
	var ok C.bool
	result := C.verify_kzg_proof(
		&ok,
		(*C.Bytes48)(unsafe.Pointer(&commitmentBytes)),
		(*C.Bytes32)(unsafe.Pointer(&zBytes)),
		(*C.Bytes32)(unsafe.Pointer(&yBytes)),
		(*C.Bytes48)(unsafe.Pointer(&proofBytes)),
		s)
	return orZero(bool(ok), result)
}

// VerifyBlobKZGProof tells whether a blob matches its commitment.
func VerifyBlobKZGProof(blob *Blob, commitmentBytes, proofBytes Bytes48) (bool, error) {
	s := settings()
	var ok C.bool
	result := C.verify_blob_kzg_proof(
		&ok,
		(*C.Blob)(unsafe.Pointer(blob)),
		(*C.Bytes48)(unsafe.Pointer(&commitmentBytes)),
		(*C.Bytes48)(unsafe.Pointer(&proofBytes)),
		s)
	return orZero(bool(ok), result)
}

// VerifyBlobKZGProofBatch tells whether every blob matches its commitment; true for no blobs.
func VerifyBlobKZGProofBatch(blobs []Blob, commitmentsBytes, proofsBytes []Bytes48) (bool, error) {
	s := settings()
	if len(blobs) != len(commitmentsBytes) || len(blobs) != len(proofsBytes) {
		return false, ErrBadArgs
	}
	var ok C.bool
	result := C.verify_blob_kzg_proof_batch(
		&ok,
		(*C.Blob)(first(blobs)),
		(*C.Bytes48)(first(commitmentsBytes)),
		(*C.Bytes48)(first(proofsBytes)),
		C.uint64_t(len(blobs)),
		s)
	return orZero(bool(ok), result)
}

// ComputeCells computes the 128 cells of a blob's extension.
func ComputeCells(blob *Blob) ([CellsPerExtBlob]Cell, error) {
	s := settings()
	var cells [CellsPerExtBlob]Cell
	result := C.compute_cells_and_kzg_proofs(
		(*C.Cell)(unsafe.Pointer(&cells)),
		nil,
		(*C.Blob)(unsafe.Pointer(blob)),
		s)
	return orZero(cells, result)
}

// ComputeCellsAndKZGProofs computes the 128 cells of a blob's extension and their proofs.
func ComputeCellsAndKZGProofs(blob *Blob) ([CellsPerExtBlob]Cell, [CellsPerExtBlob]KZGProof, error) {
	s := settings()
	var cells [CellsPerExtBlob]Cell
	var proofs [CellsPerExtBlob]KZGProof
	result := C.compute_cells_and_kzg_proofs(
		(*C.Cell)(unsafe.Pointer(&cells)),
		(*C.KZGProof)(unsafe.Pointer(&proofs)),
		(*C.Blob)(unsafe.Pointer(blob)),
		s)
	if err := errorOf(result); err != nil {
		return [CellsPerExtBlob]Cell{}, [CellsPerExtBlob]KZGProof{}, err
	}
	return cells, proofs, nil
}

// RecoverCellsAndKZGProofs recovers all 128 cells and their proofs from 64 or more cells, whose
// indices ascend.
func RecoverCellsAndKZGProofs(cellIndices []uint64, cells []Cell) ([CellsPerExtBlob]Cell, [CellsPerExtBlob]KZGProof, error) {
	s := settings()
	var recoveredCells [CellsPerExtBlob]Cell
	var recoveredProofs [CellsPerExtBlob]KZGProof
	err := recoverInto(&recoveredCells, &recoveredProofs, cellIndices, cells, s)
	if err != nil {
		return [CellsPerExtBlob]Cell{}, [CellsPerExtBlob]KZGProof{}, err
	}
	return recoveredCells, recoveredProofs, nil
}

// RecoverCells recovers all 128 cells from 64 or more cells, whose indices ascend.
func RecoverCells(cellIndices []uint64, cells []Cell) ([CellsPerExtBlob]Cell, error) {
	s := settings()
	var recoveredCells [CellsPerExtBlob]Cell
	if err := recoverInto(&recoveredCells, nil, cellIndices, cells, s); err != nil {
		return [CellsPerExtBlob]Cell{}, err
	}
	return recoveredCells, nil
}

// recoverInto recovers cells, and proofs unless they are nil.
func recoverInto(
	recoveredCells *[CellsPerExtBlob]Cell,
	recoveredProofs *[CellsPerExtBlob]KZGProof,
	cellIndices []uint64,
	cells []Cell,
	s *C.KZGSettings,
) error {
	if len(cellIndices) != len(cells) {
		return ErrBadArgs
	}
	return errorOf(C.recover_cells_and_kzg_proofs(
		(*C.Cell)(unsafe.Pointer(recoveredCells)),
		(*C.KZGProof)(unsafe.Pointer(recoveredProofs)),
		(*C.uint64_t)(first(cellIndices)),
		(*C.Cell)(first(cells)),
		C.uint64_t(len(cells)),
		s))
}

// VerifyCellKZGProofBatch tells whether every cell is the cell with its index in the extension of the
// blob of its commitment; true for no cells.
func VerifyCellKZGProofBatch(commitmentsBytes []Bytes48, cellIndices []uint64, cells []Cell, proofsBytes []Bytes48) (bool, error) {
	s := settings()
	n := len(cells)
	if len(commitmentsBytes) != n || len(cellIndices) != n || len(proofsBytes) != n {
		return false, ErrBadArgs
	}
	var ok C.bool
	result := C.verify_cell_kzg_proof_batch(
		&ok,
		(*C.Bytes48)(first(commitmentsBytes)),
		(*C.uint64_t)(first(cellIndices)),
		(*C.Cell)(first(cells)),
		(*C.Bytes48)(first(proofsBytes)),
		C.uint64_t(n),
		s)
	return orZero(bool(ok), result)
}

// orZero returns the value of a call that succeeded, or the zero value and the call's error.
func orZero[T any](value T, result C.C_KZG_RET) (T, error) {
	if err := errorOf(result); err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}
