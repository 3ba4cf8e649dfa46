import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";

/** What was kept, or why it is not taken for it. */
export type Kept<T> = { ok: true; value: T } | { ok: false; reason: FileFault };
export type FileFault = "missing" | "truncated" | "corrupt" | "other_version";

// magic, version, length of the description, its sum; the description; the parts; their sum
const MAGIC = Buffer.from("ntd-set\n");
/** Of the layout: of another one nothing is guessed. */
const VERSION = 3;
const SUM_BYTES = 32;
const HEADER_BYTES = MAGIC.length + 8 + SUM_BYTES;

/** Writes a file that nobody else can read, a description and bytes; it is durable when the promise resolves. */
export async function writeEntriesFile(file: string, about: object, parts: Iterable<Uint8Array>): Promise<void> {
  await using handle = await open(file, "wx", 0o600);
  const description = Buffer.from(JSON.stringify(about));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(VERSION);
  numbers.writeUInt32BE(description.length, 4);
  await handle.writeFile(Buffer.concat([MAGIC, numbers, sumOf(description), description]));
  const sum = createHash("sha256");
  for (const part of parts) {
    sum.update(part);
    await handle.writeFile(part);
  }
  await handle.writeFile(sum.digest());
  await handle.sync();
}

/** Reads such a file; `take` is given the description and says where the bytes belong. */
export async function readEntriesFile<T>(
  file: string,
  take: (about: unknown) => { value: T; parts: readonly Uint8Array[] },
): Promise<Kept<T>> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch {
    return { ok: false, reason: "missing" };
  }
  await using held = handle;
  const description = await readDescription(held);
  if (!Buffer.isBuffer(description)) return { ok: false, reason: description };
  const { value, parts } = take(JSON.parse(description.toString()));
  const bytes = parts.reduce((total, part) => total + part.length, HEADER_BYTES + description.length + SUM_BYTES);
  const { size } = await held.stat();
  if (size !== bytes) return { ok: false, reason: size < bytes ? "truncated" : "corrupt" };
  const sum = createHash("sha256");
  for (const part of parts) {
    await held.read(part);
    sum.update(part);
  }
  const kept = Buffer.alloc(SUM_BYTES);
  await held.read(kept);
  return sum.digest().equals(kept) ? { ok: true, value } : { ok: false, reason: "corrupt" };
}

/** It has a sum of its own: it says how much memory to take, before all else was read. */
async function readDescription(handle: FileHandle): Promise<Buffer | FileFault> {
  const { size } = await handle.stat();
  if (size < HEADER_BYTES) return "truncated";
  const header = Buffer.alloc(HEADER_BYTES);
  await handle.read(header);
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return "corrupt";
  if (header.readUInt32BE(MAGIC.length) !== VERSION) return "other_version";
  const length = header.readUInt32BE(MAGIC.length + 4);
  if (HEADER_BYTES + length > size) return "truncated";
  const description = Buffer.alloc(length);
  await handle.read(description);
  return sumOf(description).equals(header.subarray(-SUM_BYTES)) ? description : "corrupt";
}

function sumOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
