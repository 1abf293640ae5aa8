// The errors of the package.

// The kinds by their number in the WebAssembly module; src/state.rs has the same list.
const KINDS = ["input", "setup", "busy", "fault", "io", "integrity", "deadline", "cancelled"];

/** An error with a kind, and the position of the item at fault where one is known. */
export class KzgError extends Error {
  constructor(message, kind, index) {
    super(message);
    this.name = "KzgError";
    this.kind = kind;
    if (index !== undefined) this.index = index;
  }
}

/** The error for a negative status of the module. */
export function errorOf(status, message, index) {
  return new KzgError(message, KINDS[-status - 1] ?? "fault", index >= 0 ? index : undefined);
}
