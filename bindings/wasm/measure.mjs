// Prints the table of `figures`. With an argument, measures the package of that name.
import { execFileSync } from "node:child_process";
// `figures` copies both files into the folder of the installed packages.
import { blobOf, cpu, least } from "./measuring.cjs";

/** The hexadecimal text of a blob. */
function hexOf(blob) {
  return `0x${Buffer.from(blob).toString("hex")}`;
}

const point = `0x${"00".repeat(32)}`;

async function measure(name) {
  const [commitment, proof, y, zProof] = JSON.parse(process.env.KZG_KNOWN);
  const blob = hexOf(blobOf(1));
  const start = cpu();
  const { loadKZG } = await import(name);
  const kzg = await loadKZG();
  if (!kzg.verifyBlobKZGProof(blob, commitment, proof)) throw new Error("no verification");
  const startup = cpu() - start;
  const { cells, proofs } = kzg.computeCellsAndKZGProofs(blob);
  const commitments = cells.map(() => commitment);
  const indices = cells.map((_, index) => index);
  const half = [indices.slice(64), cells.slice(64), 64];
  return {
    "start to first verification": startup,
    blobToKZGCommitment: least(() => kzg.blobToKZGCommitment(blob), 8),
    computeBlobKZGProof: least(() => kzg.computeBlobKZGProof(blob, commitment), 8),
    verifyKZGProof: least(() => kzg.verifyKZGProof(commitment, point, y, zProof), 15),
    verifyBlobKZGProof: least(() => kzg.verifyBlobKZGProof(blob, commitment, proof), 10),
    "verifyBlobKZGProofBatch, 6 blobs": least(
      () =>
        kzg.verifyBlobKZGProofBatch(
          Array(6).fill(blob),
          Array(6).fill(commitment),
          Array(6).fill(proof),
        ),
      4,
    ),
    computeCellsAndKZGProofs: least(() => kzg.computeCellsAndKZGProofs(blob), 3),
    "recoverCellsFromKZGProofs, 64 cells": least(() => kzg.recoverCellsFromKZGProofs(...half), 3),
    "verifyCellKZGProofBatch, 128 cells": least(
      () => kzg.verifyCellKZGProofBatch(commitments, indices, cells, proofs, 128),
      5,
    ),
  };
}

async function main() {
  if (process.argv.length > 2) {
    console.log(JSON.stringify(await measure(process.argv[2])));
    return;
  }
  const { loadKZG } = await import("kzg-web");
  const kzg = await loadKZG();
  const blob = hexOf(blobOf(1));
  const commitment = kzg.blobToKZGCommitment(blob);
  const proof = kzg.computeBlobKZGProof(blob, commitment);
  const [zProof, y] = kzg.computeProof(blob, point);
  // Each package is measured in a process of its own, with the same items.
  const env = { ...process.env, KZG_KNOWN: JSON.stringify([commitment, proof, y, zProof]) };
  const run = (name) =>
    JSON.parse(
      execFileSync(process.execPath, [process.argv[1], name], { env, encoding: "utf8" }),
    );
  const [ours, other] = [run("kzg-web"), run("kzg-wasm")];
  console.log("| CPU time in milliseconds | kzg-web | kzg-wasm 1.0.0 |");
  console.log("|---|---:|---:|");
  for (const [name, time] of Object.entries(ours)) {
    console.log(`| ${name} | ${time.toFixed(1)} | ${other[name].toFixed(1)} |`);
  }
}

await main();
