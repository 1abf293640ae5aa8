// The arguments of a call, as hexadecimal texts or as bytes.

import { KzgError } from "./errors.js";
import { bytesToHex, hexToBytes } from "./hex.js";

/** The number of bytes of each item. */
export const LENGTHS = { blob: 131072, cell: 2048, commitment: 48, proof: 48, z: 32, y: 32 };

// The class of a typed array, of any realm.
const typedArray = Object.getPrototypeOf(Uint8Array.prototype);
const className = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag).get;
// The length of a typed array, whatever properties the object has.
const lengthOf = Object.getOwnPropertyDescriptor(typedArray, "length").get;

/** Whether a call takes texts: its first item is one. */
export function isText(value) {
  return typeof (Array.isArray(value) ? value[0] : value) === "string";
}

/** The result in the form of the arguments. */
export function formed(bytes, text) {
  return text ? bytesToHex(bytes) : bytes;
}

/** A copy of the bytes of one item, which nobody else changes. */
export function item(value, name, index) {
  let bytes = value;
  if (typeof value === "string") {
    bytes = hexToBytes(value);
  } else if (className.call(value) !== "Uint8Array") {
    throw new TypeError(`${place(name, index)}: neither a text nor a Uint8Array`);
  }
  const check = (length) => {
    if (length === LENGTHS[name]) return;
    const reason = `${place(name, index)}: ${length} bytes, expected ${LENGTHS[name]}`;
    throw new KzgError(reason, "input", index);
  };
  check(lengthOf.call(bytes));
  if (bytes !== value) return bytes;
  const copy = allocated(() => new Uint8Array(bytes));
  // Another thread may have made the buffer longer.
  check(copy.length);
  return copy;
}

/** What `make` allocates. */
function allocated(make) {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new KzgError("no memory for the arguments", "busy");
    throw error;
  }
}

/** The bytes of the items of a list, side by side. */
export function items(values, name) {
  const count = list(values, name).length;
  const all = allocated(() => new Uint8Array(count * LENGTHS[name]));
  // A missing item is `undefined`, and so a wrong type.
  for (let index = 0; index < count; index += 1) {
    all.set(item(values[index], name, index), index * LENGTHS[name]);
  }
  return all;
}

/** Cell indices as 64-bit integers in little-endian order. */
export function cellIndices(values) {
  const count = list(values, "cell index").length;
  const view = new DataView(allocated(() => new ArrayBuffer(8 * count)));
  for (let index = 0; index < count; index += 1) {
    const value = values[index];
    if (typeof value !== "number") {
      throw new TypeError(`${place("cell index", index)}: not a number`);
    }
    if (!Number.isInteger(value) || value < 0 || value >= 128) {
      const reason = `${place("cell index", index)}: ${value} is not an integer from 0 to 127`;
      throw new KzgError(reason, "input", index);
    }
    view.setUint32(8 * index, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** Checks that lists have one length. */
export function sameLength(...lists) {
  for (const values of lists) list(values, "list");
  if (lists.some((values) => values.length !== lists[0].length)) {
    throw new Error(`lists of ${lists.map((values) => values.length).join(", ")} items`);
  }
}

/** The first items of lists, of which none may be shorter. */
export function first(count, ...lists) {
  for (const values of lists) list(values, "list");
  if (!Number.isInteger(count) || count < 0 || lists.some((values) => values.length < count)) {
    const lengths = lists.map((values) => values.length).join(", ");
    throw new Error(`numCells: ${count} of lists of ${lengths} items`);
  }
  return lists.map((values) => values.slice(0, count));
}

function list(values, name) {
  if (!Array.isArray(values)) throw new TypeError(`${name}: not an array`);
  return values;
}

function place(name, index) {
  return index === undefined ? name : `${name} ${index}`;
}
