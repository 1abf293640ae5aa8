package ckzg4844

import (
	"bufio"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

// vector is a case of the official vectors: a line of the file that KZG_VECTORS names.
type vector struct {
	Handler, Case string
	Input         json.RawMessage
	Output        json.RawMessage
}

// hexes are the texts of a list of items.
type hexes []string

// handlers run a case: they return the result in the form of the case's output, or an error.
var handlers = map[string]func(input json.RawMessage) (any, error){
	"blob_to_kzg_commitment": func(input json.RawMessage) (any, error) {
		in, err := read[struct{ Blob Blob }](input)
		if err != nil {
			return nil, err
		}
		commitment, err := BlobToKZGCommitment(&in.Blob)
		return Bytes48(commitment), err
	},
	"compute_kzg_proof": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Blob Blob
			Z    Bytes32
		}](input)
		if err != nil {
			return nil, err
		}
		proof, y, err := ComputeKZGProof(&in.Blob, in.Z)
		return proofAndY{Bytes48(proof), y}, err
	},
	"compute_blob_kzg_proof": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Blob       Blob
			Commitment Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		proof, err := ComputeBlobKZGProof(&in.Blob, in.Commitment)
		return Bytes48(proof), err
	},
	"verify_kzg_proof": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Commitment Bytes48
			Z, Y       Bytes32
			Proof      Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		return VerifyKZGProof(in.Commitment, in.Z, in.Y, in.Proof)
	},
	"verify_blob_kzg_proof": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Blob              Blob
			Commitment, Proof Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		return VerifyBlobKZGProof(&in.Blob, in.Commitment, in.Proof)
	},
	"verify_blob_kzg_proof_batch": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Blobs               []Blob
			Commitments, Proofs []Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		return VerifyBlobKZGProofBatch(in.Blobs, in.Commitments, in.Proofs)
	},
	"compute_cells": func(input json.RawMessage) (any, error) {
		in, err := read[struct{ Blob Blob }](input)
		if err != nil {
			return nil, err
		}
		cells, err := ComputeCells(&in.Blob)
		return cells[:], err
	},
	"compute_cells_and_kzg_proofs": func(input json.RawMessage) (any, error) {
		in, err := read[struct{ Blob Blob }](input)
		if err != nil {
			return nil, err
		}
		cells, proofs, err := ComputeCellsAndKZGProofs(&in.Blob)
		return cellsAndProofs{cells[:], proofs[:]}, err
	},
	"recover_cells_and_kzg_proofs": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			CellIndices []uint64 `json:"cell_indices"`
			Cells       []Cell
		}](input)
		if err != nil {
			return nil, err
		}
		cells, proofs, err := RecoverCellsAndKZGProofs(in.CellIndices, in.Cells)
		alone, errAlone := RecoverCells(in.CellIndices, in.Cells)
		if err != errAlone || cells != alone {
			panic("RecoverCells differs from RecoverCellsAndKZGProofs")
		}
		return cellsAndProofs{cells[:], proofs[:]}, err
	},
	"verify_cell_kzg_proof_batch": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Commitments []Bytes48
			CellIndices []uint64 `json:"cell_indices"`
			Cells       []Cell
			Proofs      []Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		return VerifyCellKZGProofBatch(in.Commitments, in.CellIndices, in.Cells, in.Proofs)
	},
	"compute_challenge": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Blob       Blob
			Commitment Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		return computeChallenge(&in.Blob, in.Commitment)
	},
	"compute_verify_cell_kzg_proof_batch_challenge": func(input json.RawMessage) (any, error) {
		in, err := read[struct {
			Commitments       []Bytes48
			CommitmentIndices []uint64 `json:"commitment_indices"`
			CellIndices       []uint64 `json:"cell_indices"`
			CosetsEvals       []hexes  `json:"cosets_evals"`
			Proofs            []Bytes48
		}](input)
		if err != nil {
			return nil, err
		}
		// The field elements of a cell are separate items.
		cells := make([]Cell, len(in.CosetsEvals))
		for i, elements := range in.CosetsEvals {
			digits := strings.ReplaceAll(strings.Join(elements, ""), "0x", "")
			if err := cells[i].UnmarshalText([]byte(digits)); err != nil {
				return nil, err
			}
		}
		return computeVerifyCellKZGProofBatchChallenge(
			in.Commitments, in.CommitmentIndices, in.CellIndices, cells, in.Proofs)
	},
}

// proofAndY is the output of compute_kzg_proof, a list of both.
type proofAndY struct {
	proof Bytes48
	y     Bytes32
}

func (p *proofAndY) UnmarshalJSON(text []byte) error {
	return unmarshalPair(text, &p.proof, &p.y)
}

// cellsAndProofs is the output of operations that return both.
type cellsAndProofs struct {
	cells  []Cell
	proofs []KZGProof
}

func (c *cellsAndProofs) UnmarshalJSON(text []byte) error {
	var proofs []Bytes48
	if err := unmarshalPair(text, &c.cells, &proofs); err != nil {
		return err
	}
	for _, proof := range proofs {
		c.proofs = append(c.proofs, KZGProof(proof))
	}
	return nil
}

// unmarshalPair reads a list of two values of different types.
func unmarshalPair(text []byte, one, other any) error {
	return json.Unmarshal(text, &[]any{one, other})
}

// read reads the input of a case. Items of a wrong length are an error, as in the calls.
func read[T any](input json.RawMessage) (T, error) {
	var value T
	err := json.Unmarshal(input, &value)
	return value, err
}

func TestVectors(t *testing.T) {
	path := os.Getenv("KZG_VECTORS")
	if path == "" {
		t.Skip("KZG_VECTORS is not set: the official vectors are not run")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	ran := map[string]int{}
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			break
		}
		var v vector
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		handler, known := handlers[v.Handler]
		if !known {
			t.Errorf("no runner for the handler %s", v.Handler)
			continue
		}
		ran[v.Handler]++
		t.Run(v.Handler+"/"+v.Case, func(t *testing.T) { check(t, handler, v) })
	}
	for name := range handlers {
		if ran[name] == 0 {
			t.Errorf("no case of %s", name)
		}
	}
}

// check compares the result of a case with its output, which is null for malformed inputs.
func check(t *testing.T, handler func(json.RawMessage) (any, error), v vector) {
	result, err := handler(v.Input)
	if string(v.Output) == "null" {
		if err == nil {
			t.Error("malformed input is not refused")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	expected := reflect.New(reflect.TypeOf(result))
	if err := json.Unmarshal(v.Output, expected.Interface()); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(result, expected.Elem().Interface()) {
		t.Error("another result")
	}
}
