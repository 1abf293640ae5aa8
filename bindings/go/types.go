package ckzg4844

// #include <kzg.h>
import "C"

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
)

// The sizes of the protocol.
const (
	BytesPerBlob         = C.BYTES_PER_BLOB
	BytesPerCell         = C.BYTES_PER_CELL
	BytesPerCommitment   = C.BYTES_PER_COMMITMENT
	BytesPerFieldElement = C.BYTES_PER_FIELD_ELEMENT
	BytesPerProof        = C.BYTES_PER_PROOF
	CellsPerExtBlob      = C.CELLS_PER_EXT_BLOB
	FieldElementsPerBlob = C.FIELD_ELEMENTS_PER_BLOB
	FieldElementsPerCell = C.FIELD_ELEMENTS_PER_CELL
)

type (
	// Bytes32 may be a field element, in big-endian order.
	Bytes32 [BytesPerFieldElement]byte
	// Bytes48 may be a commitment or a proof.
	Bytes48 [BytesPerCommitment]byte
	// KZGCommitment is a commitment that this package has made.
	KZGCommitment Bytes48
	// KZGProof is a proof that this package has made.
	KZGProof Bytes48
	// Blob is 4096 field elements.
	Blob [BytesPerBlob]byte
	// Cell is 64 field elements of an extended blob.
	Cell [BytesPerCell]byte
)

// The errors of the functions. They are returned as they are, without a message of their own.
var (
	// ErrBadArgs says that an argument is malformed.
	ErrBadArgs = errors.New("bad arguments")
	// ErrError says that the library or the machine has failed.
	ErrError = errors.New("unexpected error")
	// ErrMalloc says that there is no memory for a copy of an argument.
	ErrMalloc = errors.New("malloc failed")
)

// errorOf turns a result of the library into an error.
func errorOf(result C.C_KZG_RET) error {
	switch result {
	case C.C_KZG_OK:
		return nil
	case C.C_KZG_BADARGS:
		return ErrBadArgs
	case C.C_KZG_ERROR:
		return ErrError
	case C.C_KZG_MALLOC:
		return ErrMalloc
	}
	return fmt.Errorf("unknown result %d of libkzg", int(result))
}

// UnmarshalText reads 64 hexadecimal digits, with or without 0x.
func (b *Bytes32) UnmarshalText(input []byte) error { return decodeHex(b[:], input) }

// UnmarshalText reads 96 hexadecimal digits, with or without 0x.
func (b *Bytes48) UnmarshalText(input []byte) error { return decodeHex(b[:], input) }

// UnmarshalText reads the hexadecimal digits of a blob, with or without 0x.
func (b *Blob) UnmarshalText(input []byte) error { return decodeHex(b[:], input) }

// UnmarshalText reads the hexadecimal digits of a cell, with or without 0x.
func (c *Cell) UnmarshalText(input []byte) error { return decodeHex(c[:], input) }

// decodeHex fills out with the bytes of hexadecimal digits. Another number of digits is ErrBadArgs.
func decodeHex(out, digits []byte) error {
	digits = bytes.TrimPrefix(digits, []byte("0x"))
	if len(digits) != hex.EncodedLen(len(out)) {
		return ErrBadArgs
	}
	_, err := hex.Decode(out, digits)
	return err
}
