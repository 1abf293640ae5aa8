// Arguments at random, good and bad, for the tests of the packages for Node.js and for browsers.
"use strict";

const LENGTHS = [0, 1, 31, 32, 33, 47, 48, 49, 2047, 2048, 2049, 131071, 131072, 131073];

/**
 * A generator of arguments for the operations of a package. A seed gives the same arguments
 * everywhere.
 */
function randomArguments(kzg, blob, seed) {
  let state = seed >>> 0;
  /** An integer below a bound, by xorshift. */
  function below(bound) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  }
  const choice = (values) => values[below(values.length)];
  const noise = () => Uint8Array.from({ length: choice(LENGTHS) }, () => below(256));
  const list = (make) => Array.from({ length: below(4) }, make);

  const commitment = kzg.blobToKzgCommitment(blob);
  const proof = kzg.computeBlobKzgProof(blob, commitment);
  const [cells, proofs] = kzg.computeCellsAndKzgProofs(blob);
  const z = new Uint8Array(32);
  const [zProof, y] = kzg.computeKzgProof(blob, z);
  const indices = [...cells.keys()];
  const commitments = cells.map(() => commitment);
  const half = [indices.slice(64), cells.slice(64)];

  /** Good arguments of each operation. */
  const good = {
    blobToKzgCommitment: [blob],
    computeKzgProof: [blob, z],
    computeBlobKzgProof: [blob, commitment],
    verifyKzgProof: [commitment, z, y, zProof],
    verifyBlobKzgProof: [blob, commitment, proof],
    verifyBlobKzgProofBatch: [[blob], [commitment], [proof]],
    computeCells: [blob],
    computeCellsAndKzgProofs: [blob],
    recoverCellsAndKzgProofs: half,
    verifyCellKzgProofBatch: [commitments, indices, cells, proofs],
  };

  const detached = new Uint8Array(131072);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  /** Items of the right lengths. */
  const whole = [blob, commitment, proof, cells[0], proofs[0], z];
  /** Items, some of them without memory. */
  const items = [...whole, detached];
  /** Lists of items and of indices. */
  const lists = [
    cells,
    proofs,
    indices,
    commitments,
    [blob],
    [commitment],
    [proof],
    [0],
    [],
    new Array(3),
  ];
  /** Values of other types. */
  const odd = [
    undefined,
    null,
    0,
    -1,
    1.5,
    NaN,
    7n,
    true,
    "text",
    Symbol("s"),
    {},
    () => blob,
    new Proxy(blob, {}),
    Object.create(Uint8Array.prototype),
    { length: 48 },
    new ArrayBuffer(48),
    new Float64Array(6),
    [["x"]],
    [NaN],
    ["0"],
  ];
  /**
   * Functions that make one argument each. A package adds values to the lists above, and functions
   * to this one.
   */
  const makers = [
    () => choice(items),
    noise,
    () => choice(lists),
    () => list(() => choice(items)),
    () => list(noise),
    () => list(() => below(200) - 1),
    () => choice(odd),
  ];
  /** Good arguments of which up to two are replaced, or any arguments. */
  function changed(args) {
    const result = [...args];
    for (let replaced = below(3); replaced > 0; replaced -= 1) {
      result[below(result.length)] = choice(makers)();
    }
    if (below(3) > 0) return result;
    return Array.from({ length: below(6) }, () => choice(makers)());
  }
  return { below, choice, noise, good, whole, items, lists, odd, makers, changed };
}

module.exports = { randomArguments };
