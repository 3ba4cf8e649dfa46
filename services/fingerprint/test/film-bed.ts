import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemFfmpeg } from "../src/films/ffmpeg.ts";

/** Tests of films are skipped without it. */
export const FFMPEG = systemFfmpeg("");

/** A film that ffmpeg generates: `graph` as its -filter_complex would have it, `words` for its coding; by its file's name. */
export function generatedFilm(name: string, graph: string, words: readonly string[] = []): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "ntd-film-"));
  try {
    const file = join(folder, name);
    const source = ["-f", "lavfi", "-i", graph, "-pix_fmt", "yuv420p", "-threads", "2"];
    execFileSync(FFMPEG ?? "ffmpeg", ["-nostdin", "-loglevel", "error", ...source, ...words, file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const PATTERN = "testsrc2=size=320x240:rate=10:duration=4";
/** Another scene each two seconds. */
export const SCENES = [
  "testsrc2=size=320x240:rate=10:duration=2[a]",
  "mandelbrot=size=320x240:rate=10,trim=duration=2[b]",
  "color=black:size=320x240:rate=10:duration=2[c]",
  "[a][b][c]concat=n=3",
].join(";");

/** What this process holds open in memory, by its name; one that has none is "(deleted)". */
export function heldInMemory(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((name) => name.startsWith("/dev/shm/"));
    } catch {
      // The one by which the list was read.
      return [];
    }
  });
}
