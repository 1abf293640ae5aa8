// What the tests share.
import { loadKZG } from "kzg-web";

export const kzg = await loadKZG();

/** A blob of small field elements, different for each seed. */
export function blobOf(seed) {
  const blob = new Uint8Array(131072);
  let state = seed >>> 0;
  for (let position = 1; position < blob.length; position += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    if (position % 32 !== 0) blob[position] = state >>> 24;
  }
  return blob;
}

/** The text of bytes. */
export const hex = (bytes) => `0x${Buffer.from(bytes).toString("hex")}`;

/** The bytes of a text. */
export const raw = (text) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ""), "hex"));
