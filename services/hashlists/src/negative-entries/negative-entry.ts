import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { ProposeNegativeEntryRequest } from "@ntd/proto/hashlists/v1/negative_entry_service";
import { Problem, type FieldFault } from "@ntd/service";
import { COLUMNS, lengthFault } from "../formats/entry-line.ts";
import { textFault } from "../opinions/plain-text.ts";

type Asked = Pick<ProposeNegativeEntryRequest, "fingerprints" | "reason" | "note" | "perceptual">;

const MOST = 10;
/** The two persons who say so. */
const VOTES = 2;

/** Refuses what two persons cannot call innocent. Equal bytes are one file; what looks alike may be another picture. */
export function requireNegativeEntry({ fingerprints, reason, note, perceptual }: Asked): void {
  const faults: FieldFault[] = [];
  const { length } = fingerprints;
  if (length === 0 || length > MOST) {
    faults.push({ field: "fingerprints", description: `names ${length}; 1 to ${MOST} at a time` });
  }
  for (const [i, one] of fingerprints.slice(0, MOST).entries()) {
    const description = faultOf(one, perceptual);
    if (description !== undefined) faults.push({ field: `fingerprints[${i}]`, description });
  }
  if (reason !== "NEGATIVE_REASON_INNOCENT_OBJECT") {
    faults.push({ field: "reason", description: "is missing; a negative entry takes INNOCENT_OBJECT" });
  }
  const text = textFault("note", note);
  if (text !== undefined) faults.push(text);
  if (faults.length > 0) throw Problem.fields(...faults);
}

function faultOf({ algorithm, value, quality }: Fingerprint, perceptual: boolean): string | undefined {
  if (algorithm === "ALGORITHM_SHA256") return lengthFault("SHA256", value.length);
  if (algorithm !== "ALGORITHM_PDQ") return "is neither SHA-256 nor PDQ; give the SHA-256 of the file";
  if (!perceptual)
    return "is PDQ, which speaks against all that looks alike; ask for that with perceptual, or leave it out";
  if (!Number.isInteger(quality) || quality < 0 || quality > 100) return "has a quality that is not 0 to 100";
  return lengthFault("PDQ", value.length);
}

/** The list of it; each line names the release by which it came, which has the note. */
export function fileOfEntry(fingerprints: readonly Fingerprint[], releaseId: string): Uint8Array {
  const lines = fingerprints.map(({ algorithm, value, quality }) => {
    const [name, said] = algorithm === "ALGORITHM_PDQ" ? ["pdq", quality] : ["sha256", ""];
    return [name, Buffer.from(value).toString("hex"), said, "", "", VOTES, releaseId].join();
  });
  return Buffer.from([COLUMNS.join(), ...new Set(lines), ""].join("\n"));
}
