// The types in a CommonJS module, beside those of kzg-wasm. Only compiled.
import type { loadKZG as loadOther } from "kzg-wasm";
import { KzgError, loadKZG, type KZG } from "kzg-web";

type Other = Awaited<ReturnType<typeof loadOther>>;

export async function use(blob: Uint8Array): Promise<boolean> {
  const kzg: KZG = await loadKZG();
  const drop: Other = kzg;
  try {
    return drop.blobToKZGCommitment("0x00") === "" || kzg.blobToKzgCommitment(blob).length === 48;
  } catch (error) {
    return error instanceof KzgError && error.kind === "input";
  }
}
