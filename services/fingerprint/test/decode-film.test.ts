import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { decodeFilm } from "../src/films/decode-film.ts";
import { FRAME_BYTES, MOST_FRAMES } from "../src/films/ffmpeg.ts";

const bounds = { timeoutMs: 60_000, maxRssMb: 10_000 };
const patient = new AbortController().signal;

/** Stands in for an ffmpeg that was taken over: it writes to where frames and times go. */
function taken(program: string) {
  const start = () =>
    spawn(process.execPath, ["-e", `const { createWriteStream, writeSync } = require("fs"); ${program}`], {
      stdio: ["ignore", "ignore", "pipe", "ignore", "ignore", "ignore", "pipe", "pipe"],
    });
  return { kind: "none", why: "", start } as const;
}

const decoded = (program: string) => decodeFilm(taken(program), { fd: 0, container: "mov" }, bounds, patient);
const ENDLESS = (fd: number, what: string) =>
  `const to = createWriteStream("", { fd: ${fd} }); const what = ${what}; (function go() { to.write(what, go); })();`;
const FRAME = `Buffer.alloc(${FRAME_BYTES})`;
const TIME = '"frame:1 pts:1 pts_time:1\\nlavfi.scene_score=0.1\\n"';

test("frames and their times are believed up to what was asked for", async () => {
  const seen = await decoded(`writeSync(7, ${TIME} + ${TIME}); createWriteStream("", { fd: 6 }).end(${FRAME});`);
  expect(seen).toMatchObject({ end: "whole", frames: [{ seconds: 1, quality: 0, counts: false }] });
});

test.each([
  ["a time without an end", ENDLESS(7, 'Buffer.alloc(65_536, "pts_time:")')],
  ["times without an end", ENDLESS(7, TIME)],
  [`more than ${MOST_FRAMES} frames`, ENDLESS(6, FRAME)],
])("an ffmpeg that says %s is killed, and nothing of it is believed", { timeout: 120_000 }, async (_, program) => {
  const before = process.memoryUsage().rss;
  expect(await decoded(program)).toEqual({ frames: [], end: "broken" });
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});
