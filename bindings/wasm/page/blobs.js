// The encoding of bytes into a blob: that of alloy's `SimpleCoder` with one item per blob, as
// `kzg pipeline` writes it. The first field element has the length, each other one 31 bytes.

const BYTES_PER_BLOB = 131072;
const BYTES_PER_FIELD_ELEMENT = 32;
const DATA_BYTES = BYTES_PER_FIELD_ELEMENT - 1;

/** The number of bytes that one blob holds. */
export const CAPACITY = (BYTES_PER_BLOB / BYTES_PER_FIELD_ELEMENT - 1) * DATA_BYTES;

/** The blob of at most `CAPACITY` bytes. */
export function toBlob(bytes) {
  const blob = new Uint8Array(BYTES_PER_BLOB);
  new DataView(blob.buffer).setBigUint64(1, BigInt(bytes.length));
  for (let start = 0, place = BYTES_PER_FIELD_ELEMENT; start < bytes.length; start += DATA_BYTES) {
    blob.set(bytes.subarray(start, start + DATA_BYTES), place + 1);
    place += BYTES_PER_FIELD_ELEMENT;
  }
  return blob;
}
