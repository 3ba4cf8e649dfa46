import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** What waits for somebody outside the process; peers and stores heed a call's signal by themselves. */
const OUTSIDE =
  /from "(?:node:(?:http|https|http2|net|tls|dns|dns\/promises|dgram|child_process|worker_threads)|undici)"/;

/** Files with such a wait that a handler comes by, and how the signal gets there. */
const handed: Record<string, string> = {
  "services/browser/src/look/shut-in-browser.ts":
    "Look hands its signal to `look` of the eye, which ends the browser by it",
  "services/browser/src/proxy/look-proxy.ts": "it is ended with the look that it serves",
  "services/fingerprint/src/decoder-process.ts": "ComputeFingerprints hands its signal to `decode` of the pool",
  "services/fingerprint/src/films/run-ffmpeg.ts":
    "ComputeFilm and ComputeFingerprints hand their signals to `runFfmpeg`, which ends ffmpeg by them",
  "services/fingerprint/src/process-use.ts": "it ends processes, and waits for none",
};

/** The files that a file imports from its own service, and theirs; types too, since what a handler works with is handed in. */
function reached(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, from = ""] of text.matchAll(/from "(\.[^"]+)";/g)) reached(join(dirname(file), from), seen);
  return seen;
}

test("no handler waits for anything outside its process, but peers and stores, without its call's signal", () => {
  const handlers = globSync("services/*/src/**/rpc-*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  expect(handlers.length).toBeGreaterThan(80);
  const waiting = new Set<string>();
  for (const handler of handlers) {
    for (const file of reached(join(root, handler))) {
      if (OUTSIDE.test(readFileSync(file, "utf8"))) waiting.add(relative(root, file));
    }
  }
  expect([...waiting].toSorted()).toEqual(Object.keys(handed).toSorted());
});
