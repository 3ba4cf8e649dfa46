import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createBrotliDecompress } from "node:zlib";

const releases = join(import.meta.dirname, "releases");

/** The releases whose data folders are kept, oldest first. */
export async function keptReleases(): Promise<string[]> {
  return (await readdir(releases)).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Lays a release's data folder into `dir`. */
export async function unpack(release: string, dir: string): Promise<void> {
  // By a file: tar ends where the archive does, and a pipe that is not closed by then is closed too early.
  const file = join(dir, "data.tar");
  await pipeline(
    createReadStream(join(releases, release, "data.tar.br")),
    createBrotliDecompress(),
    createWriteStream(file),
  );
  await promisify(execFile)("tar", ["-x", "-f", file, "-C", dir, "--no-same-owner"]);
  await rm(file);
}

/** An answer that the release gave of its data, as `ntd --json` printed it. */
export async function answerOf<T>(release: string, name: "scorecard" | "notice-times"): Promise<T> {
  return JSON.parse(await readFile(join(releases, release, `${name}.json`), "utf8")) as T;
}
