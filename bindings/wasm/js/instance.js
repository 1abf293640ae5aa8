// An instance of the WebAssembly module with a loaded trusted setup.

import { KzgError, errorOf } from "./errors.js";

/** The error for a module that cannot be instantiated. */
function notInstantiated(error) {
  return new KzgError(`the module cannot be instantiated: ${error.message}`, "fault");
}

/** Instantiates the module at once. A browser may refuse that for a large module on its main thread. */
function instantiated(module) {
  try {
    return new WebAssembly.Instance(module, {}).exports;
  } catch (error) {
    throw notInstantiated(error);
  }
}

/**
 * An instance with a loaded trusted setup. The memory of WebAssembly never shrinks, so an instance
 * is dropped to free its memory.
 */
export class Instance {
  #module;
  #exports;
  #budget;
  #setup;

  /**
   * `setup` has the bytes of three sections: G1 monomial, G1 Lagrange, G2 monomial; it is empty for
   * the mainnet setup. `budget` is the memory for each kind of the prover's tables, in bytes.
   * `exports` are those of an instance of the module that was not used yet.
   */
  constructor(module, budget, setup, exports = instantiated(module)) {
    this.#module = module;
    this.#budget = budget;
    this.#setup = setup;
    this.#start(exports);
  }

  /** As the constructor. Browsers instantiate modules of any size this way. */
  static async load(module, budget, setup) {
    const instance = await WebAssembly.instantiate(module, {}).catch((error) => {
      throw notInstantiated(error);
    });
    return new Instance(module, budget, setup, instance.exports);
  }

  #start(exports) {
    this.#exports = exports;
    try {
      this.#run("load_trusted_setup", this.#setup, this.#budget);
    } catch (error) {
      // The next call starts anew.
      this.#exports = undefined;
      throw error;
    }
  }

  /** Runs an operation and returns its verdict. */
  verdict(operation, args) {
    return this.#run(operation, args) === 1;
  }

  /** Runs an operation and returns the bytes of its result. */
  bytes(operation, args) {
    this.#run(operation, args);
    return this.#result().slice();
  }

  #result() {
    const { memory, result_pointer, result_length } = this.#exports;
    return new Uint8Array(memory.buffer, result_pointer(), result_length());
  }

  #run(operation, args, ...numbers) {
    // The instance was dropped after a trap.
    if (this.#exports === undefined) this.#start(instantiated(this.#module));
    const exports = this.#exports;
    try {
      for (const [slot, bytes] of args.entries()) {
        const place = exports.argument(slot, bytes.length) >>> 0;
        if (place === 0) throw new KzgError("no memory for the arguments", "busy");
        new Uint8Array(exports.memory.buffer, place, bytes.length).set(bytes);
      }
      const status = exports[operation](...numbers);
      if (status >= 0) return status;
      throw errorOf(status, new TextDecoder().decode(this.#result()), exports.error_index());
    } catch (error) {
      if (error instanceof KzgError) throw error;
      // A trap leaves the memory in an unknown state. The next call starts anew.
      this.#exports = undefined;
      throw new KzgError(`the module has failed: ${error.message}`, "fault");
    }
  }
}
