// Prints the table of `figures`. Without a second argument, measures the package in the first one.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const { blobOf, cpu, least } = require("./measuring.cjs");

function measure(file) {
  const known = JSON.parse(process.env.KZG_KNOWN);
  const [blob, commitment, proof] = [blobOf(1), ...known.map((text) => Buffer.from(text, "hex"))];
  const start = cpu();
  const kzg = require(file);
  kzg.loadTrustedSetup(0);
  if (!kzg.verifyBlobKzgProof(blob, commitment, proof)) throw new Error("no verification");
  const startup = cpu() - start;
  const [cells, proofs] = kzg.computeCellsAndKzgProofs(blob);
  const commitments = cells.map(() => commitment);
  const indices = cells.map((_, index) => index);
  const [zProof, y] = kzg.computeKzgProof(blob, new Uint8Array(32));
  const six = (item) => Array(6).fill(item);
  return {
    "start to first verification": startup,
    blobToKzgCommitment: least(() => kzg.blobToKzgCommitment(blob), 10),
    computeBlobKzgProof: least(() => kzg.computeBlobKzgProof(blob, commitment), 10),
    verifyKzgProof: least(() => kzg.verifyKzgProof(commitment, new Uint8Array(32), y, zProof), 20),
    verifyBlobKzgProof: least(() => kzg.verifyBlobKzgProof(blob, commitment, proof), 20),
    "verifyBlobKzgProofBatch, 6 blobs": least(
      () => kzg.verifyBlobKzgProofBatch(six(blob), six(commitment), six(proof)),
      10,
    ),
    computeCells: least(() => kzg.computeCells(blob), 10),
    computeCellsAndKzgProofs: least(() => kzg.computeCellsAndKzgProofs(blob), 4),
    "recoverCellsAndKzgProofs, 64 cells": least(
      () => kzg.recoverCellsAndKzgProofs(indices.slice(64), cells.slice(64)),
      4,
    ),
    "verifyCellKzgProofBatch, 128 cells": least(
      () => kzg.verifyCellKzgProofBatch(commitments, indices, cells, proofs),
      10,
    ),
  };
}

function main() {
  const [folder, packed] = process.argv.slice(2);
  if (packed === undefined) {
    console.log(JSON.stringify(measure(folder)));
    return;
  }
  const ours = path.join(folder, "node_modules/kzg");
  const other = path.join(folder, "other/node_modules/c-kzg");
  // Each package is measured in a process of its own, with the same proof.
  const kzg = require(ours);
  kzg.loadTrustedSetup(0);
  const commitment = kzg.blobToKzgCommitment(blobOf(1));
  const proof = kzg.computeBlobKzgProof(blobOf(1), commitment);
  const known = JSON.stringify([commitment, proof].map((item) => item.toString("hex")));
  const run = (file) =>
    JSON.parse(
      execFileSync(process.execPath, [__filename, file], {
        env: { ...process.env, KZG_KNOWN: known },
        encoding: "utf8",
      }),
    );
  const [oursTimes, otherTimes] = [run(ours), run(other)];
  console.log("| CPU time in milliseconds | kzg | c-kzg 4.1.0 |");
  console.log("|---|---:|---:|");
  for (const [name, time] of Object.entries(oursTimes)) {
    console.log(`| ${name} | ${time.toFixed(1)} | ${otherTimes[name].toFixed(1)} |`);
  }
  const addon = path.join(ours, "prebuilds", fs.readdirSync(path.join(ours, "prebuilds"))[0]);
  const size = fs.statSync(path.join(addon, "kzg.node")).size;
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(`\nThe addon has ${megabytes(size)}; the package with one addon, packed, has ${megabytes(Number(packed))}.`);
}

main();
