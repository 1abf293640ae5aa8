// Functions of the measurements of the packages for Node.js and for browsers.
"use strict";

/** CPU milliseconds of this process. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least CPU time of a call, after one that builds tables. */
function least(call, rounds) {
  call();
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = cpu();
    call();
    best = Math.min(best, cpu() - start);
  }
  return best;
}

/** The bytes of a canonical blob, which are the same for the same seed. */
function blobOf(seed) {
  const blob = new Uint8Array(131072);
  let state = seed;
  for (let position = 1; position < blob.length; position += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    if (position % 32 !== 0) blob[position] = state >>> 24;
  }
  return blob;
}

module.exports = { blobOf, cpu, least };
