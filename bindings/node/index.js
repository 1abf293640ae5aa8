// The functions of the package: those of c-kzg, and one with `Async` for each operation.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const addon = require("./addon.js");

// The mainnet setup as a file, for programs that read it. `loadTrustedSetup` has it in the addon.
const DEFAULT_TRUSTED_SETUP_PATH = path.join(__dirname, "trusted_setup.txt");

// The settings of this thread: every worker has its own.
let settings;

/** Throws a failure as an error with its fields, and returns any other answer. */
function settled(operation, answer) {
  if (answer === null || typeof answer !== "object" || answer.failed !== true) return answer;
  const { kind, code, message, index } = answer;
  // The messages of wrong types are those of c-kzg, which have no prefix.
  const error =
    kind === "type" ? new TypeError(message) : new Error(`${operation}: ${code}: ${message}`);
  error.code = code;
  error.kind = kind;
  if (index !== undefined) error.index = index;
  throw error;
}

function loaded() {
  if (settings === undefined) {
    throw new Error("Must run loadTrustedSetup before running any other function");
  }
  return settings;
}

function synchronous(operation) {
  return (...args) => settled(operation, loaded().run(operation, args));
}

// The arguments are copied before the function returns.
function asynchronous(operation) {
  return async (...args) => settled(operation, await loaded().start(operation, args));
}

function checkPath(filePath) {
  if (filePath && typeof filePath !== "string") {
    throw new TypeError("Expected filePath to be a string, the path of a trusted setup");
  }
}

/** The path of a setup in text form, by the rules of c-kzg: a JSON file is converted beside it. */
function getTrustedSetupFilepath(filePath) {
  checkPath(filePath);
  const file = filePath || DEFAULT_TRUSTED_SETUP_PATH;
  if (!fs.existsSync(file)) throw new Error(`There is no trusted setup ${file}`);
  if (path.extname(file) !== ".json") return file;
  const text = settled("getTrustedSetupFilepath", addon.setupText(file));
  const converted = `${file.slice(0, -".json".length)}.txt`;
  fs.writeFileSync(converted, text);
  return converted;
}

function loadTrustedSetup(precompute, filePath) {
  // The form of c-kzg up to version 3, which viem uses.
  if (typeof precompute === "string") [precompute, filePath] = [0, precompute];
  if (typeof precompute !== "number") {
    throw new TypeError("Expected precompute to be a number");
  }
  checkPath(filePath);
  if (settings !== undefined) {
    throw new Error("The trusted setup is already loaded");
  }
  settings = settled("loadTrustedSetup", addon.loadSettings(precompute, filePath || undefined));
}

exports.loadTrustedSetup = loadTrustedSetup;
exports.getTrustedSetupFilepath = getTrustedSetupFilepath;
exports.DEFAULT_TRUSTED_SETUP_PATH = DEFAULT_TRUSTED_SETUP_PATH;

exports.blobToKzgCommitment = synchronous("blobToKzgCommitment");
exports.computeKzgProof = synchronous("computeKzgProof");
exports.computeBlobKzgProof = synchronous("computeBlobKzgProof");
exports.verifyKzgProof = synchronous("verifyKzgProof");
exports.verifyBlobKzgProof = synchronous("verifyBlobKzgProof");
exports.verifyBlobKzgProofBatch = synchronous("verifyBlobKzgProofBatch");
exports.computeCells = synchronous("computeCells");
exports.computeCellsAndKzgProofs = synchronous("computeCellsAndKzgProofs");
exports.recoverCellsAndKzgProofs = synchronous("recoverCellsAndKzgProofs");
exports.verifyCellKzgProofBatch = synchronous("verifyCellKzgProofBatch");

exports.blobToKzgCommitmentAsync = asynchronous("blobToKzgCommitment");
exports.computeKzgProofAsync = asynchronous("computeKzgProof");
exports.computeBlobKzgProofAsync = asynchronous("computeBlobKzgProof");
exports.verifyKzgProofAsync = asynchronous("verifyKzgProof");
exports.verifyBlobKzgProofAsync = asynchronous("verifyBlobKzgProof");
exports.verifyBlobKzgProofBatchAsync = asynchronous("verifyBlobKzgProofBatch");
exports.computeCellsAsync = asynchronous("computeCells");
exports.computeCellsAndKzgProofsAsync = asynchronous("computeCellsAndKzgProofs");
exports.recoverCellsAndKzgProofsAsync = asynchronous("recoverCellsAndKzgProofs");
exports.verifyCellKzgProofBatchAsync = asynchronous("verifyCellKzgProofBatch");

exports.BYTES_PER_BLOB = 131072;
exports.BYTES_PER_COMMITMENT = 48;
exports.BYTES_PER_FIELD_ELEMENT = 32;
exports.BYTES_PER_PROOF = 48;
exports.BYTES_PER_CELL = 2048;
exports.FIELD_ELEMENTS_PER_BLOB = 4096;
exports.FIELD_ELEMENTS_PER_CELL = 64;
exports.CELLS_PER_EXT_BLOB = 128;
