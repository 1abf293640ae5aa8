/** The compressed points of a trusted setup, each section as one hexadecimal text without 0x. */
export type TrustedSetup = {
  g1_monomial: string;
  g1_lagrange: string;
  g2_monomial: string;
};

/** The 128 cells of a blob, and their proofs. */
export type KZGProofWithCells = {
  proofs: string[];
  cells: string[];
};

/** An error of a call. */
export class KzgError extends Error {
  /** What the caller can do: `input` says that an argument is malformed. */
  kind: "input" | "setup" | "busy" | "fault" | "io" | "integrity" | "deadline" | "cancelled";
  /** The position of the item at fault, where one is known. */
  index?: number;
}

/** A function of an item in one form that returns an item in the same form. */
type Commit = { (blob: string): string; (blob: Uint8Array): Uint8Array };
type ProveBlob = {
  (blob: string, commitment: string): string;
  (blob: Uint8Array, commitment: Uint8Array): Uint8Array;
};
type ProvePoint = {
  (blob: string, z: string): [proof: string, y: string];
  (blob: Uint8Array, z: Uint8Array): [proof: Uint8Array, y: Uint8Array];
};
type VerifyPoint = {
  (commitment: string, z: string, y: string, proof: string): boolean;
  (commitment: Uint8Array, z: Uint8Array, y: Uint8Array, proof: Uint8Array): boolean;
};
type VerifyBlob = {
  (blob: string, commitment: string, proof: string): boolean;
  (blob: Uint8Array, commitment: Uint8Array, proof: Uint8Array): boolean;
};
type VerifyBlobs = {
  (blobs: string[], commitments: string[], proofs: string[]): boolean;
  (blobs: Uint8Array[], commitments: Uint8Array[], proofs: Uint8Array[]): boolean;
};
type Cells = { (blob: string): string[]; (blob: Uint8Array): Uint8Array[] };
type CellsAndProofs = {
  (blob: string): [cells: string[], proofs: string[]];
  (blob: Uint8Array): [cells: Uint8Array[], proofs: Uint8Array[]];
};
type Recover = {
  (indices: number[], cells: string[]): [cells: string[], proofs: string[]];
  (indices: number[], cells: Uint8Array[]): [cells: Uint8Array[], proofs: Uint8Array[]];
};
type VerifyCells = {
  (commitments: string[], indices: number[], cells: string[], proofs: string[]): boolean;
  (
    commitments: Uint8Array[],
    indices: number[],
    cells: Uint8Array[],
    proofs: Uint8Array[],
  ): boolean;
};

/**
 * The operations of a loaded trusted setup. Items are hexadecimal texts with 0x, or bytes; results
 * have the form of the arguments. With texts, a verification of malformed items is false, as in
 * kzg-wasm; with bytes, it is a `KzgError`. A computation from malformed items is a `KzgError`.
 */
export interface KZG {
  /**
   * Loads another trusted setup. Returns 0, or 1 for an invalid setup, or a `precompute` that is not a
   * number from 0 to 15, which a text may have as digits.
   */
  loadTrustedSetup(precompute?: number, trustedSetup?: TrustedSetup): number;
  /** Frees the memory of the setup. Every later call is an error until another one is loaded. */
  freeTrustedSetup(): void;

  /** Returns a blob's commitment. */
  blobToKzgCommitment: Commit;
  /** Evaluates a blob's polynomial at a point. Returns the proof of the value, and the value. */
  computeKzgProof: ProvePoint;
  /** Returns the proof that a blob matches its commitment. */
  computeBlobKzgProof: ProveBlob;
  /** Returns whether the committed polynomial has the value `y` at the point `z`. */
  verifyKzgProof: VerifyPoint;
  /** Returns whether a blob matches its commitment. */
  verifyBlobKzgProof: VerifyBlob;
  /** Returns whether every blob matches its commitment. */
  verifyBlobKzgProofBatch: VerifyBlobs;
  /** Returns the 128 cells of a blob. */
  computeCells: Cells;
  /** Returns the 128 cells of a blob, and their proofs. */
  computeCellsAndKzgProofs: CellsAndProofs;
  /** Recovers all cells and their proofs from 64 or more cells, whose indices ascend. */
  recoverCellsAndKzgProofs: Recover;
  /** Returns whether every cell belongs to the blob of its commitment. */
  verifyCellKzgProofBatch: VerifyCells;

  // The names of kzg-wasm.
  blobToKZGCommitment: Commit;
  computeBlobKZGProof: ProveBlob;
  verifyKZGProof: VerifyPoint;
  verifyBlobKZGProof: VerifyBlob;
  verifyBlobKZGProofBatch: VerifyBlobs;
  computeCellsAndKZGProofs(blob: string): KZGProofWithCells;
  /** Recovers all cells and their proofs from the first `numCells` items of both lists. */
  recoverCellsFromKZGProofs(
    cellIndices: number[],
    partialCells: string[],
    numCells: number,
  ): KZGProofWithCells;
  /** Returns whether the first cells of a blob, from index 0, belong to its commitment. */
  verifyCellKZGProof(commitment: string, cells: string[], proofs: string[]): boolean;
  verifyCellKZGProofBatch(
    commitments: string[],
    cellIndices: number[],
    cells: string[],
    proofs: string[],
    numCells: number,
  ): boolean;

  // The names of micro-eth-signer and ethereumjs.
  computeProof: ProvePoint;
  computeBlobProof: ProveBlob;
  verifyProof: VerifyPoint;
  verifyBlobProof: VerifyBlob;
  verifyBlobProofBatch: VerifyBlobs;
  computeCellsAndProofs: CellsAndProofs;
  recoverCellsAndProofs: Recover;
}

/**
 * Compiles the module, which is part of the package, and loads a trusted setup.
 *
 * @param precompute From 0 to 15: 0 for tables of 3 MB, up to 8 for small ones, above for large ones.
 *   The first call of the prover builds the tables.
 * @param trustedSetup By default that of mainnet.
 */
export function loadKZG(precompute?: number, trustedSetup?: TrustedSetup): Promise<KZG>;
