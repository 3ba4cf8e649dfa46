import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { filmText } from "@ntd/imagehash/films";
import { FilmServiceService } from "@ntd/proto/fingerprint/v1/film_service";
import { connect } from "@ntd/rpc";
import type { OwnMachine } from "@ntd/embedded";
import type { Platform } from "../platform/platform.ts";
import type { PlannedReport } from "./planned-report.ts";

/** A film as a list has it, and the report of the same film coded anew. */
export interface DemoFilm {
  row: string;
  report: PlannedReport;
}

/** Undefined where there is no ffmpeg, or nothing that it could be shut in: films are known by their bytes alone there. */
export async function filmOf(platform: Platform<OwnMachine>, dir: string): Promise<DemoFilm | undefined> {
  const listed = await generated(dir, "listed.mp4", ["-c:v", "mpeg4"]);
  const coded = await generated(dir, "f1.avi", ["-vf", "scale=240:180", "-c:v", "mpeg4", "-q:v", "6"]);
  if (listed === undefined || coded === undefined) return undefined;
  const frames = await framesOf(platform, listed);
  if (frames.length === 0) return undefined;
  return {
    row: `vpdq,${filmText(frames)},,national,csam,3,film`,
    report: {
      what: "film, coded anew: a person decides",
      host: "beta",
      file: "f1.avi",
      end: "removed",
      content: async () => coded,
      decidedByPerson: true,
    },
  };
}

/** As somebody else hashed it: the demonstration has no decoder of its own. */
async function framesOf({ machine, endpoints }: Platform<OwnMachine>, film: Uint8Array) {
  const identityDir = await machine.identity("service", "prober");
  await using client = connect(FilmServiceService, { address: endpoints["fingerprint"] ?? "", identityDir });
  async function* chunks() {
    for (let at = 0; at < film.length; at += 65_536) yield { chunk: film.subarray(at, at + 65_536) };
  }
  const { film: seen } = await client.computeFilm(chunks());
  return (seen?.frames ?? []).map(({ pdq, quality, time }) => ({
    pdq,
    quality,
    timeMs: Number(time?.seconds ?? 0n) * 1000 + Math.round((time?.nanos ?? 0) / 1_000_000),
  }));
}

async function generated(dir: string, name: string, words: readonly string[]): Promise<Uint8Array | undefined> {
  const file = join(dir, name);
  const source = ["-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=10:duration=4"];
  try {
    await promisify(execFile)("ffmpeg", [...source, ...words, "-y", file]);
    return await readFile(file);
  } catch {
    return undefined;
  }
}
