import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const releases = join(import.meta.dirname, "releases");

/** The releases whose data folders are kept, oldest first. */
export async function keptReleases(): Promise<string[]> {
  return (await readdir(releases)).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Lays a release's data folder into `dir`. */
export async function unpack(release: string, dir: string): Promise<void> {
  const tar = spawn("tar", ["-x", "-C", dir, "--no-same-owner"], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(tar, "exit");
  await pipeline(createReadStream(join(releases, release, "data.tar.br")), createBrotliDecompress(), tar.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`tar ended with ${code}`);
}

/** An answer that the release gave of its data, as `ntd --json` printed it. */
export async function answerOf<T>(release: string, name: "scorecard" | "notice-times"): Promise<T> {
  return JSON.parse(await readFile(join(releases, release, `${name}.json`), "utf8")) as T;
}
