import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decoderSandbox } from "@ntd/fingerprint/decoder-sandbox";
import { filmSandbox } from "@ntd/fingerprint/film-sandbox";
import { Films } from "@ntd/fingerprint/films";
import { innermost } from "@ntd/sandbox";
import { atMost, report, stated } from "./report.ts";

// What a film costs: a generated minute of 1280 × 720 in H.264 at 30 frames a second through the service's own code, in its
// sandbox. Linux with ffmpeg, half a minute.
const bounds = { ffmpeg: "", filmTimeoutMs: 120_000, maxRssMb: 700, environment: "TEST", sandbox: "auto" } as const;
const { kind } = await decoderSandbox(bounds);
const sandbox = await filmSandbox(bounds, kind);
if (typeof sandbox === "string") throw new Error(`Films are not decoded here: ${sandbox}.`);
const films = new Films({ ...bounds, sandbox, timeoutMs: bounds.filmTimeoutMs, maxBytes: 2 ** 28, maxWaiting: 0 });

const film = minute();
async function* chunks() {
  for (let at = 0; at < film.length; at += 65_536) yield film.subarray(at, at + 65_536);
}

globalThis.gc?.();
const own = residentMb(process.pid);
const [before, begun] = [processorSeconds(), performance.now()];
let most = 0;
const sampling = setInterval(() => {
  const others = children().map((pid) => residentMb(innermost(pid)));
  most = Math.max(most, residentMb(process.pid) - own + others.reduce((sum, mb) => sum + mb, 0));
}, 5);
const seen = await films.see("mov", chunks(), new AbortController().signal);
clearInterval(sampling);
if (!("frames" in seen)) throw new Error(`It ended as ${seen.end}.`);

report("films", [
  stated("the film: bytes", film.length / 2 ** 20, "MiB"),
  stated("frames hashed", seen.frames.length, ""),
  atMost("a minute of 1280 × 720, H.264, 30 frames a second: processor time", processorSeconds() - before, "s", 8),
  atMost("the same: memory beside its bytes, service and ffmpeg", most, "MB", 200),
  stated("the same: from its first byte to its last hash", (performance.now() - begun) / 1000, "s"),
]);

function minute(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "ntd-film-"));
  try {
    const file = join(folder, "film.mp4");
    const source = "-nostdin -loglevel error -f lavfi -i testsrc2=size=1280x720:rate=30:duration=60".split(" ");
    execFileSync("ffmpeg", [...source, ..."-pix_fmt yuv420p -c:v libx264 -preset veryfast".split(" "), file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function residentMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Of this process and of all that it started and that has ended (fields 14 to 17 of proc_pid_stat(5)). */
function processorSeconds(): number {
  const fields = readFileSync("/proc/self/stat", "latin1").split(") ").at(-1)?.split(" ") ?? [];
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / 100;
}

function children(): number[] {
  return readdirSync("/proc/self/task").flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "latin1").split(" ").filter(Boolean).map(Number),
  );
}
