// The types: those of kzg-wasm and of viem take this package. Only compiled.
import type { loadKZG as loadOther } from "kzg-wasm";
import { KzgError, loadKZG } from "kzg-web";
import { defineKzg } from "viem";

type Other = Awaited<ReturnType<typeof loadOther>>;

export async function use(blob: Uint8Array): Promise<boolean> {
  const kzg = await loadKZG();
  // Everything that kzg-wasm declares is declared here, with a type that fits.
  const drop: Other = kzg;
  const forViem = defineKzg(kzg);
  const text: string = drop.blobToKZGCommitment("0x00");
  const bytes: Uint8Array = kzg.blobToKzgCommitment(blob);
  // @ts-expect-error texts and bytes are not mixed
  kzg.verifyBlobKzgProof(blob, text, bytes);
  try {
    return kzg.verifyBlobKzgProof(blob, forViem.blobToKzgCommitment(blob), bytes);
  } catch (error) {
    return error instanceof KzgError && error.kind === "input" && error.index === 0;
  }
}
