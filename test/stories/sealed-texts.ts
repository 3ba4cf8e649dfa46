import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Problem, type Sealed, type Sealer } from "@ntd/service";

/** A sealed text as it lies in the store of a service. */
export interface Resting {
  service: string;
  sealed: Sealed;
}

/** Every sealed text in the stores under a folder, whatever document it is in. No service may have them open. */
export function sealedIn(folder: string): Resting[] {
  return globSync(join(folder, "*/store.sqlite")).flatMap((file) => {
    const db = new DatabaseSync(file);
    try {
      const found = blobsOf(db).flatMap(sealedWithin);
      return found.map((sealed) => ({ service: basename(dirname(file)), sealed }));
    } finally {
      db.close();
    }
  });
}

function blobsOf(db: DatabaseSync): Buffer[] {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return tables.flatMap(({ name }) =>
    db
      .prepare(`SELECT * FROM "${String(name)}"`)
      .all()
      .flatMap((row) => Object.values(row))
      .flatMap((value) => (value instanceof Uint8Array ? [Buffer.from(value)] : [])),
  );
}

// States are BSON: the three fields of a sealed text stand one behind the other, each with its kind, name and length.
const marks = [Buffer.from("\x02keyId\0"), Buffer.from("\x05nonce\0"), Buffer.from("\x05ciphertext\0")] as const;

function sealedWithin(blob: Buffer): Sealed[] {
  const found: Sealed[] = [];
  for (let at = blob.indexOf(marks[0]); at >= 0; at = blob.indexOf(marks[0], at + 1)) {
    const [id, after] = valueAt(blob, at + marks[0].length, 0);
    const [nonce, then] = valueAt(blob, after + marks[1].length, 1);
    const [ciphertext] = valueAt(blob, then + marks[2].length, 1);
    found.push({ keyId: id.subarray(0, -1).toString(), nonce, ciphertext });
  }
  return found;
}

// Bytes say their kind between length and value.
function valueAt(blob: Buffer, at: number, kind: 0 | 1): [value: Buffer, end: number] {
  const begin = at + 4 + kind;
  const end = begin + blob.readInt32LE(at);
  return [blob.subarray(begin, end), end];
}

/** What comes of opening each, by service and class: "open", or the reason why not. */
export function outcomes(texts: readonly Resting[], sealer: Sealer): Record<string, string[]> {
  const told: Record<string, Set<string>> = {};
  for (const { service, sealed } of texts) {
    const of = `${service} ${sealed.keyId.replace(/-\d.*/, "")}`;
    (told[of] ??= new Set()).add(outcome(sealed, sealer));
  }
  return Object.fromEntries(Object.entries(told).map(([of, all]) => [of, [...all].toSorted()]));
}

function outcome(sealed: Sealed, sealer: Sealer): string {
  try {
    return sealer.open(sealed) === "" ? "empty" : "open";
  } catch (error) {
    return Problem.from(error).reason;
  }
}
