import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { flushed, Problem, writeWhole } from "@ntd/service";
import type { Contents } from "@ntd/store/offline";

const NAME = "manifest.json";
const FORMAT = 1;

/** A file of a backup. */
export interface BackupFile {
  /** Within the backup's folder. */
  file: string;
  bytes: number;
  sha256: string;
  /** Whose store it is; absent for a stream. */
  service?: string;
  /** By collection: how many documents, and their highest version. */
  collections?: Contents;
  /** Which stream it is; absent for a store. */
  stream?: string;
  messages?: number;
}

/** What a backup is. It is written last: a folder without it is no backup. */
export interface Manifest {
  format: 1;
  /** The release that wrote it. */
  version: string;
  /** All stores are as they were at this moment. What journals hold of before is in them. */
  barrierTime: string;
  /** How long writes waited for it. */
  barrierMs: number;
  files: readonly BackupFile[];
}

/** Size and digest of a file, which is on the disk for good when this resolves. */
export async function sealedFile(path: string): Promise<Pick<BackupFile, "file" | "bytes" | "sha256">> {
  await flushed(path);
  return { file: basename(path), bytes: (await stat(path)).size, sha256: await digestOf(path) };
}

export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  await writeWhole(join(dir, NAME), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/**
 * The backup in a folder, each of its files compared with the manifest.
 *
 * @throws Problem NOT_FOUND for a folder without a manifest, FIELD_INVALID for another format and for files that are not as it
 * says.
 */
export async function readBackup(dir: string): Promise<Manifest> {
  const text = await readFile(join(dir, NAME), "utf8").catch((cause: unknown) => {
    throw new Problem("NOT_FOUND", `${dir} holds no whole backup: it has no ${NAME}. Make it again.`, { cause });
  });
  const manifest = manifestIn(text, dir);
  for (const { file, sha256 } of manifest.files) {
    const found = await digestOf(join(dir, file)).catch(() => "");
    if (found !== sha256) throw new Problem("FIELD_INVALID", `${file} of ${dir} is not as the backup wrote it.`);
  }
  return manifest;
}

function manifestIn(text: string, dir: string): Manifest {
  const found = parsed(text);
  const { format, version } = found;
  if (typeof format === "number" && format !== FORMAT && isPlain(version)) {
    const detail = `${dir} is a backup of format ${format}, and this release reads ${FORMAT}: bring it back with release ${version}.`;
    throw new Problem("FIELD_INVALID", detail);
  }
  const time = typeof found.barrierTime === "string" ? Date.parse(found.barrierTime) : NaN;
  const files: readonly unknown[] = Array.isArray(found.files) ? found.files : [];
  const isWhole = format === FORMAT && typeof version === "string" && !Number.isNaN(time);
  if (isWhole && files.length > 0 && files.every(isFile)) return found as Manifest;
  throw new Problem("FIELD_INVALID", `${NAME} of ${dir} is not as the backup wrote it. Take another backup.`);
}

function parsed(text: string): Partial<Record<keyof Manifest, unknown>> {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

/** Names become paths: none may lead elsewhere. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;
const isPlain = (name: unknown): name is string => typeof name === "string" && PLAIN.test(name);

function isFile(one: unknown): boolean {
  const { file, sha256, service, stream } = (one ?? {}) as Partial<Record<keyof BackupFile, unknown>>;
  return isPlain(file) && typeof sha256 === "string" && isPlain(service ?? stream);
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const part of createReadStream(path)) digest.update(part as Uint8Array);
  return digest.digest("hex");
}
