import { randomBytes } from "node:crypto";
import type { Collections } from "../store.ts";

const ID = "different-hashes";
const BYTES = 8;

/** By what different hashes are counted, drawn once for all processes and as long as the store lasts. */
export async function saltIn({ checkSalts }: Pick<Collections, "checkSalts">): Promise<Uint32Array> {
  const drawn = { schemaVersion: 1, salt: Uint8Array.from(randomBytes(BYTES)) } as const;
  const { salt } =
    ((await checkSalts.load(ID)) ?? (await checkSalts.insert(ID, drawn)) ?? (await checkSalts.load(ID)))?.state ??
    drawn;
  const words = new DataView(salt.buffer, salt.byteOffset, salt.byteLength);
  return Uint32Array.of(words.getUint32(0), words.getUint32(4));
}
