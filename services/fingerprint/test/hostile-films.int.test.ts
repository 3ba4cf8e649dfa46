import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containerOf } from "@ntd/imagehash/films";
import { eventually } from "@ntd/testing";
import { long, longest } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { filmSandbox } from "../src/films/film-sandbox.ts";
import { Films } from "../src/films/films.ts";
import type { Seen } from "../src/films/film-answer.ts";
import { FFMPEG, generatedFilm, heldInMemory, PATTERN } from "./film-bed.ts";
import { craftedFilms } from "./hostile-film.ts";

const BOUNDS = { ffmpeg: "", filmTimeoutMs: 60_000, maxRssMb: 700 };
const patient = new AbortController().signal;

async function films(bounds: Partial<typeof BOUNDS> = {}): Promise<Films> {
  const given = { ...BOUNDS, ...bounds };
  const shut = await filmSandbox(given, "bwrap");
  const sandbox = typeof shut === "string" ? await filmSandbox(given, "none") : shut;
  if (typeof sandbox === "string") throw new Error(sandbox);
  return new Films({ ...given, sandbox, timeoutMs: given.filmTimeoutMs, maxBytes: 2 ** 28, maxWaiting: 1 });
}

async function* whole(film: Uint8Array) {
  yield film;
}

const see = (one: Films, film: Uint8Array): Promise<Seen> => one.see(containerOf(film), whole(film), patient);

/** What is held in memory here, and what runs beside this process. */
async function beside() {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "latin1");
  return { files: heldInMemory(), children };
}

const ENDS: readonly Seen["end"][] = ["whole", "most", "broken", "time", "memory", "no_film", "no_room"];

const SMALL = PATTERN.replace("duration=4", "duration=2");
const SOURCES: [string, string[]][] = [
  ["film.mp4", []],
  ["film.mkv", ["-c:v", "mpeg4"]],
  ["film.webm", ["-c:v", "libvpx"]],
  ["film.avi", ["-c:v", "mjpeg"]],
  ["film.ts", ["-c:v", "mpeg2video"]],
  ["film.flv", []],
];

/** Where it is cut, what is turned over in it, and what stands twice in it, each as a share of a million. */
const damage = fc.record({
  source: fc.nat(SOURCES.length - 1),
  cutAt: fc.option(fc.nat(999_999)),
  flips: fc.array(fc.tuple(fc.nat(999_999), fc.nat(255)), { maxLength: 40 }),
  // In the head of the file, where sizes and counts are.
  headFlips: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
  twice: fc.option(fc.nat(999_999)),
});

test.skipIf(FFMPEG === undefined)(
  "damaged films end with a name, within their limits, and leave nothing behind",
  { timeout: longest(600_000) },
  async () => {
    const sources = SOURCES.map(([name, words]) => generatedFilm(name, SMALL, words));
    const one = await films();
    const before = await beside();
    // The same in every run, so that what one finds is found again.
    for (const { source, cutAt, flips, headFlips, twice } of fc.sample(damage, {
      numRuns: long ? 1000 : 36,
      seed: 13,
    })) {
      let film = Buffer.from(sources[source] ?? []);
      const at = (share: number) => Math.floor((share / 1e6) * film.length);
      for (const [share, byte] of flips) film[at(share)] = byte;
      for (const [place, byte] of headFlips) film[place + 12] = byte;
      if (twice !== null) film = Buffer.concat([film.subarray(0, at(twice)), film]);
      if (cutAt !== null) film = film.subarray(0, at(cutAt));
      const seen = await see(one, film);
      expect(["whole", "broken", "no_film"]).toContain(seen.end);
      if ("frames" in seen) expect(seen.frames.length).toBeLessThan(100);
    }
    expect(await beside()).toEqual(before);
  },
);

test.skipIf(FFMPEG === undefined)(
  "crafted films end with a name, within their limits, open no file and reach nobody",
  { timeout: 600_000 },
  async () => {
    let reached = 0;
    const server = createServer((socket) => {
      reached++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), "ntd-films-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "film.mp4");
    await writeFile(file, generatedFilm("film.mp4", SMALL));
    const timeMs = 20_000;
    const one = await films({ filmTimeoutMs: timeMs });
    const before = await beside();
    const ends: Record<string, string> = {};
    for (const [what, film] of craftedFilms(`http://127.0.0.1:${port}`, file)) {
      const made = film();
      const began = performance.now();
      const seen = await see(one, made);
      ends[what] = seen.end;
      expect({ what, named: ENDS.includes(seen.end) }).toEqual({ what, named: true });
      expect({ what, ms: performance.now() - began < timeMs + 10_000 }).toEqual({ what, ms: true });
      const frames = "frames" in seen ? seen.frames : [];
      expect({ what, odd: frames.filter(({ seconds }) => !(seconds >= 0 && seconds <= 86_400)) }).toEqual({
        what,
        odd: [],
      });
    }
    // What lies elsewhere was not seen.
    expect(ends).toMatchObject({ "lies in another file": "broken", "lies at another address": "broken" });
    expect(reached).toBe(0);
    expect(await beside()).toEqual(before);
  },
);

test.skipIf(FFMPEG === undefined)(
  "a film whose pictures take too much memory is ended, and the next one is seen",
  async () => {
    const one = await films({ maxRssMb: 128 });
    const huge = generatedFilm("film.mkv", "color=red:size=8000x6000:rate=1:duration=3", ["-c:v", "mjpeg"]);
    expect(["memory", "broken"]).toContain((await see(one, huge)).end);
    const next = await see(one, generatedFilm("film.mp4", SMALL));
    expect(next.end).toBe("whole");
  },
);

test.skipIf(FFMPEG === undefined)("a caller who leaves while it is decoded ends that, and takes it along", async () => {
  const one = await films();
  const film = generatedFilm("film.mp4", PATTERN);
  const before = await beside();
  const left = new AbortController();
  const seen = one.see("mov", whole(film), left.signal);
  await eventually("a decoder", async () => (await beside()).children !== before.children);
  left.abort(new Error("it left"));
  await expect(seen).rejects.toThrow("it left");
  expect(await beside()).toEqual(before);
});

test.skipIf(FFMPEG === undefined)("what only names other files is no film", async () => {
  const one = await films();
  for (const list of ["#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "ffconcat version 1.0\nfile '/etc/passwd'\n"]) {
    expect(await see(one, Buffer.from(list))).toEqual({ end: "no_film" });
  }
});
