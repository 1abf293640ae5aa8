// Loading a trusted setup.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");

const setupFile = process.env.KZG_TRUSTED_SETUP;
const entry = require.resolve("kzg");

/** The package as a thread sees it that has loaded nothing. */
function fresh() {
  delete require.cache[entry];
  return require("kzg");
}

test("a call before loading is an error", async () => {
  const kzg = fresh();
  assert.throws(() => kzg.blobToKzgCommitment(new Uint8Array(131072)), /loadTrustedSetup/);
  await assert.rejects(kzg.blobToKzgCommitmentAsync(new Uint8Array(131072)), /loadTrustedSetup/);
});

test("the mainnet setup needs no file, and is loaded once", () => {
  const kzg = fresh();
  kzg.loadTrustedSetup(0);
  assert.throws(() => kzg.loadTrustedSetup(0), /trusted setup is already loaded/);
  assert.equal(kzg.blobToKzgCommitment(new Uint8Array(131072))[0], 0xc0);
});

/** Calls `use` with a folder that is removed afterwards. */
function withFolder(use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kzg-node-"));
  try {
    use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Writes c-kzg's setup in the JSON format, and returns the path. */
function writeJson(folder) {
  const lines = fs.readFileSync(setupFile, "utf8").trim().split("\n");
  const points = (start, count) => lines.slice(start, start + count).map((p) => `0x${p}`);
  const json = path.join(folder, "setup.json");
  const sections = {
    g1_lagrange: points(2, 4096),
    g2_monomial: points(2 + 4096, 65),
    g1_monomial: points(2 + 4096 + 65, 4096),
  };
  fs.writeFileSync(json, JSON.stringify(sections));
  return json;
}

test("a file is loaded, in both formats and both forms of the call", { skip: !setupFile }, () => {
  withFolder((folder) => {
    const json = writeJson(folder);
    for (const args of [[0, setupFile], [8, json], [9, setupFile], [setupFile], [0, ""]]) {
      const kzg = fresh();
      kzg.loadTrustedSetup(...args);
      assert.equal(kzg.computeCells(new Uint8Array(131072)).length, 128);
    }
    // Nothing is written beside the file.
    assert.deepEqual(fs.readdirSync(folder), ["setup.json"]);
  });
});

test("the package has the file of the mainnet setup", { skip: !setupFile }, () => {
  const kzg = fresh();
  const file = kzg.DEFAULT_TRUSTED_SETUP_PATH;
  assert.equal(path.dirname(file), path.dirname(entry));
  const text = (path) => fs.readFileSync(path, "utf8").trim();
  assert.ok(text(file) === text(setupFile));
  kzg.loadTrustedSetup(0, file);
  for (const nothing of [undefined, null, ""]) {
    assert.equal(kzg.getTrustedSetupFilepath(nothing), file);
  }
});

test("a setup in JSON is converted to text beside it", { skip: !setupFile }, () => {
  const kzg = fresh();
  withFolder((folder) => {
    const json = writeJson(folder);
    const converted = kzg.getTrustedSetupFilepath(json);
    assert.equal(converted, path.join(folder, "setup.txt"));
    const text = fs.readFileSync(converted, "utf8");
    assert.ok(text.trim() === fs.readFileSync(setupFile, "utf8").trim());
    assert.equal(kzg.getTrustedSetupFilepath(converted), converted);
    // A file of that name is overwritten, and is as it was where the JSON is no setup.
    fs.writeFileSync(converted, "");
    kzg.getTrustedSetupFilepath(json);
    assert.ok(fs.readFileSync(converted, "utf8") === text);
    fs.writeFileSync(json, "{}");
    assert.throws(() => kzg.getTrustedSetupFilepath(json), { kind: "setup" });
    assert.ok(fs.readFileSync(converted, "utf8") === text);
  });
});

test("a path of a setup that does not exist, or is no text, is an error", () => {
  const kzg = fresh();
  for (const file of ["/no/such/file.txt", "/no/such/file.json", "a\0b"]) {
    assert.throws(() => kzg.getTrustedSetupFilepath(file), /There is no trusted setup/);
  }
  for (const value of [7, {}, ["setup.txt"], new Uint8Array(1)]) {
    assert.throws(() => kzg.getTrustedSetupFilepath(value), TypeError);
  }
  // The content is a matter of loading.
  assert.equal(kzg.getTrustedSetupFilepath(__filename), __filename);
});

test("wrong arguments and files are errors, and loading can be tried again", () => {
  const kzg = fresh();
  for (const args of [[], [undefined], [null], [0n], [{}], [0, 7], [0, {}]]) {
    assert.throws(() => kzg.loadTrustedSetup(...args), TypeError);
  }
  for (const precompute of [-1, 16, NaN, Infinity, 2 ** 64]) {
    assert.throws(() => kzg.loadTrustedSetup(precompute), { code: "C_KZG_BADARGS" });
  }
  assert.throws(() => kzg.loadTrustedSetup(0, "/no/such/file"), /loadTrustedSetup.*no\/such/);
  assert.throws(() => kzg.loadTrustedSetup(0, "a\0b"), Error);
  assert.throws(() => kzg.loadTrustedSetup(0, __filename), {
    code: "C_KZG_BADARGS",
    kind: "setup",
  });
  kzg.loadTrustedSetup(0);
});
