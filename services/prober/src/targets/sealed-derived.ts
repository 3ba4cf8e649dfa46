import type { DerivedFingerprint, Sealed } from "@ntd/proto/common/v1/common";
import { Problem, type Sealer } from "@ntd/service";

/** Under the keys of addresses: what was derived of a picture is erased with where it was. */
export function sealDerived(sealer: Sealer, derived: readonly DerivedFingerprint[], now: Date): Sealed {
  const lines = derived.map(({ edit, pdq, quality }) => [edit, Buffer.from(pdq).toString("hex"), quality]);
  return sealer.seal(JSON.stringify(lines), "address", now);
}

/**
 * Nothing where its key was taken out.
 *
 * @throws Problem SEALING_KEY_NEWER, SIGNATURE_INVALID.
 */
export function openDerived(sealer: Pick<Sealer, "open">, sealed: Sealed): DerivedFingerprint[] {
  try {
    const lines = JSON.parse(sealer.open(sealed)) as [edit: string, pdq: string, quality: number][];
    return lines.map(([edit, pdq, quality]) => ({ edit, pdq: Uint8Array.from(Buffer.from(pdq, "hex")), quality }));
  } catch (error) {
    if (error instanceof Problem && error.reason === "SEALING_KEY_MISSING") return [];
    throw error;
  }
}
