// viem's published package signs a blob transaction over this package.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import * as kzg from "kzg";
import {
  parseGwei,
  parseTransaction,
  recoverTransactionAddress,
  setupKzg,
  sidecarsToVersionedHashes,
  stringToHex,
  toBlobs,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { mainnetTrustedSetupPath } from "viem/node";

// viem 2.57.20 exports a path into its folder for one kind of modules; the file is beside that folder.
const setupPath = path.join(
  path.dirname(mainnetTrustedSetupPath),
  "../../trusted-setups",
  path.basename(mainnetTrustedSetupPath),
);

// A key that everybody knows.
const account = privateKeyToAccount(`0x${"1".repeat(64)}`);

test("viem signs a blob transaction", async () => {
  const setup = setupKzg(kzg, setupPath);
  // The setup is loaded: viem goes on with it.
  setupKzg(kzg, setupPath);
  const blobs = toBlobs({ data: stringToHex("data for a blob ".repeat(20000)) });
  assert.ok(blobs.length > 1);
  const transaction = {
    type: "eip4844",
    chainId: 1,
    nonce: 0,
    to: "0x0000000000000000000000000000000000000000",
    gas: 100000n,
    maxFeePerGas: parseGwei("30"),
    maxPriorityFeePerGas: parseGwei("1"),
    maxFeePerBlobGas: parseGwei("30"),
    blobs,
    kzg: setup,
  };
  const signed = await account.signTransaction(transaction);
  const { sidecars, blobVersionedHashes } = parseTransaction(signed);
  assert.equal(sidecars.length, blobs.length);
  assert.deepEqual(sidecarsToVersionedHashes({ sidecars }), blobVersionedHashes);
  assert.equal(await recoverTransactionAddress({ serializedTransaction: signed }), account.address);
  const raw = (text) => Uint8Array.from(Buffer.from(text.slice(2), "hex"));
  for (const { blob, commitment, proof } of sidecars) {
    assert.ok(kzg.verifyBlobKzgProof(raw(blob), raw(commitment), raw(proof)));
  }
});
