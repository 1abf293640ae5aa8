// The types: those of c-kzg take this package, and the errors have fields. Only compiled.
import * as ckzg from "c-kzg";
import * as kzg from "kzg";
import type { Blob, Cell, KZGProof, KzgError, ProofResult, TrustedSetupJson } from "kzg";
import { setupKzg } from "viem";

// Everything that c-kzg declares is declared here, with a type that fits.
const drop: typeof ckzg = kzg;
const setup = setupKzg(kzg, "path");
// The type of c-kzg's JSON files, in both directions.
export const ours = (json: ckzg.TrustedSetupJson): TrustedSetupJson => json;
export const theirs = (json: TrustedSetupJson): ckzg.TrustedSetupJson => json;

export async function use(blob: Blob): Promise<boolean> {
  drop.loadTrustedSetup(0);
  const path: string = kzg.getTrustedSetupFilepath();
  drop.loadTrustedSetup(0, path === kzg.DEFAULT_TRUSTED_SETUP_PATH ? undefined : path);
  const result: ProofResult = kzg.computeKzgProof(blob, new Uint8Array(32));
  const [cells, proofs]: [Cell[], KZGProof[]] = await kzg.computeCellsAndKzgProofsAsync(blob);
  // @ts-expect-error a text is no blob
  kzg.blobToKzgCommitment("0x00");
  // @ts-expect-error the proofs are missing
  kzg.verifyBlobKzgProofBatch([blob], [result[0]]);
  try {
    return kzg.verifyBlobKzgProof(blob, setup.blobToKzgCommitment(blob), proofs[0]);
  } catch (error) {
    const { kind, code, index } = error as KzgError;
    return kind === "input" && code === "C_KZG_BADARGS" && index === cells.length;
  }
}
