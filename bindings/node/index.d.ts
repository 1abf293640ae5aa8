/** 32 bytes: a field element in big-endian order. */
export type Bytes32 = Uint8Array;
/** 48 bytes: a point of G1, compressed. */
export type Bytes48 = Uint8Array;
/** 48 bytes. */
export type KZGCommitment = Uint8Array;
/** 48 bytes. */
export type KZGProof = Uint8Array;
/** 131072 bytes: 4096 field elements. */
export type Blob = Uint8Array;
/** 2048 bytes: 64 field elements. */
export type Cell = Uint8Array;
/** A proof, and the value that it proves. */
export type ProofResult = [KZGProof, Bytes32];

/** c-kzg's type of a trusted setup as JSON, points as hexadecimal texts. No function takes a value of this type. */
export interface TrustedSetupJson {
  setup_G1: string[];
  setup_G2: string[];
  setup_G1_lagrange: string[];
  roots_of_unity: string[];
}

/**
 * The error of a call. Wrong types and lengths of arguments are a `TypeError` with these fields,
 * everything else is an `Error` with them.
 */
export interface KzgError extends Error {
  /** The code of c-kzg's C interface. */
  code: "C_KZG_BADARGS" | "C_KZG_ERROR" | "C_KZG_MALLOC";
  /** What the caller can do: `type` and `input` say that the input is malformed. */
  kind:
    | "type"
    | "input"
    | "setup"
    | "busy"
    | "fault"
    | "io"
    | "integrity"
    | "deadline"
    | "cancelled";
  /** The position of the item at fault, where one is known. */
  index?: number;
}

export const BYTES_PER_BLOB: number;
export const BYTES_PER_COMMITMENT: number;
export const BYTES_PER_FIELD_ELEMENT: number;
export const BYTES_PER_PROOF: number;
export const BYTES_PER_CELL: number;
export const FIELD_ELEMENTS_PER_BLOB: number;
export const FIELD_ELEMENTS_PER_CELL: number;
export const CELLS_PER_EXT_BLOB: number;

/**
 * Loads a trusted setup for this thread, once. Every worker loads its own; the mainnet setup is
 * shared between them.
 *
 * @param precompute From 0 to 15: up to 8 for small tables of the prover, above for large ones.
 * @param filePath A file in c-kzg's text format or in the JSON format of the consensus
 *   specifications. Without it, the mainnet setup, which is part of the addon.
 * @throws TypeError for arguments of wrong types.
 * @throws Error for a file that cannot be read, an invalid setup, or a second call.
 */
export function loadTrustedSetup(precompute: number, filePath?: string): void;
/** Loads a trusted setup from a file, with small tables. */
export function loadTrustedSetup(filePath: string): void;

/**
 * The path of the mainnet setup in the package, a file in c-kzg's text format. `loadTrustedSetup`
 * does not need it.
 */
export const DEFAULT_TRUSTED_SETUP_PATH: string;
/**
 * Returns the path of a trusted setup in c-kzg's text format.
 *
 * @param filePath A file in either format. A file whose name ends in `.json` is converted: the text
 *   is written beside it, with `.txt` instead of `.json`, over any file with that name. Without it,
 *   the result is `DEFAULT_TRUSTED_SETUP_PATH`.
 * @throws TypeError for another type.
 * @throws Error for a file that does not exist, is no setup although its name ends in `.json`, or
 *   cannot be written.
 */
export function getTrustedSetupFilepath(filePath?: string): string;

/** Returns a blob's commitment. */
export function blobToKzgCommitment(blob: Blob): KZGCommitment;
/** Evaluates a blob's polynomial at a point. Returns the proof of the value, and the value. */
export function computeKzgProof(blob: Blob, zBytes: Bytes32): ProofResult;
/** Returns the proof that a blob matches its commitment. */
export function computeBlobKzgProof(blob: Blob, commitmentBytes: Bytes48): KZGProof;
/** Returns whether the committed polynomial has the value `yBytes` at the point `zBytes`. */
export function verifyKzgProof(
  commitmentBytes: Bytes48,
  zBytes: Bytes32,
  yBytes: Bytes32,
  proofBytes: Bytes48,
): boolean;
/** Returns whether a blob matches its commitment. */
export function verifyBlobKzgProof(
  blob: Blob,
  commitmentBytes: Bytes48,
  proofBytes: Bytes48,
): boolean;
/** Returns whether every blob matches its commitment. */
export function verifyBlobKzgProofBatch(
  blobs: Blob[],
  commitmentsBytes: Bytes48[],
  proofsBytes: Bytes48[],
): boolean;
/** Returns the 128 cells of a blob. */
export function computeCells(blob: Blob): Cell[];
/** Returns the 128 cells of a blob, and their proofs. */
export function computeCellsAndKzgProofs(blob: Blob): [Cell[], KZGProof[]];
/** Recovers all cells and their proofs from 64 or more cells, whose indices ascend. */
export function recoverCellsAndKzgProofs(
  cellIndices: number[],
  cells: Cell[],
): [Cell[], KZGProof[]];
/** Returns whether every cell belongs to the blob of its commitment. */
export function verifyCellKzgProofBatch(
  commitmentsBytes: Bytes48[],
  cellIndices: number[],
  cells: Cell[],
  proofsBytes: Bytes48[],
): boolean;

// The same operations on a thread of libuv's pool. The arguments are copied before the function
// returns. Errors reject the promise.

/** As `blobToKzgCommitment`, on another thread. */
export function blobToKzgCommitmentAsync(blob: Blob): Promise<KZGCommitment>;
/** As `computeKzgProof`, on another thread. */
export function computeKzgProofAsync(blob: Blob, zBytes: Bytes32): Promise<ProofResult>;
/** As `computeBlobKzgProof`, on another thread. */
export function computeBlobKzgProofAsync(blob: Blob, commitmentBytes: Bytes48): Promise<KZGProof>;
/** As `verifyKzgProof`, on another thread. */
export function verifyKzgProofAsync(
  commitmentBytes: Bytes48,
  zBytes: Bytes32,
  yBytes: Bytes32,
  proofBytes: Bytes48,
): Promise<boolean>;
/** As `verifyBlobKzgProof`, on another thread. */
export function verifyBlobKzgProofAsync(
  blob: Blob,
  commitmentBytes: Bytes48,
  proofBytes: Bytes48,
): Promise<boolean>;
/** As `verifyBlobKzgProofBatch`, on another thread. */
export function verifyBlobKzgProofBatchAsync(
  blobs: Blob[],
  commitmentsBytes: Bytes48[],
  proofsBytes: Bytes48[],
): Promise<boolean>;
/** As `computeCells`, on another thread. */
export function computeCellsAsync(blob: Blob): Promise<Cell[]>;
/** As `computeCellsAndKzgProofs`, on another thread. */
export function computeCellsAndKzgProofsAsync(blob: Blob): Promise<[Cell[], KZGProof[]]>;
/** As `recoverCellsAndKzgProofs`, on another thread. */
export function recoverCellsAndKzgProofsAsync(
  cellIndices: number[],
  cells: Cell[],
): Promise<[Cell[], KZGProof[]]>;
/** As `verifyCellKzgProofBatch`, on another thread. */
export function verifyCellKzgProofBatchAsync(
  commitmentsBytes: Bytes48[],
  cellIndices: number[],
  cells: Cell[],
  proofsBytes: Bytes48[],
): Promise<boolean>;
