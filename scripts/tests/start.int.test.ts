import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { isServing } from "@ntd/rpc";
import { eventually } from "@ntd/testing";

const start = join(import.meta.dirname, "../src/start.ts");
let dir: string;
let configFile: string;
let ports: number[];
let child: ChildProcess;
let said: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-start-"));
  configFile = join(dir, "start.yaml");
  // Of a process that has ended: what this one was given it would keep.
  const program = `import { freePort } from "@ntd/embedded"; for (let i = 0; i < 11; i++) console.log(await freePort());`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  ports = stdout.trim().split("\n").map(Number);
  await writeConfig();
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  await rm(dir, { recursive: true, force: true });
});

const names = ["nats", "fingerprint", "icse-link", "hotline-link", "hashlists", "matching", "intake", "prober"];
names.push("casework", "takedown", "compliance");

function writeConfig(more = ""): Promise<void> {
  const listed = names.map((name, i) => `  ${name}: ${ports[i]}`).join("\n");
  return writeFile(configFile, `ports:\n${listed}\nsupervision: { silent_seconds: 4 }\n${more}`);
}

function run(...args: string[]): ChildProcess {
  said = "";
  child = spawn(process.execPath, [start, "--data", join(dir, "data"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  for (const output of [child.stdout, child.stderr]) output?.on("data", (chunk) => (said += String(chunk)));
  return child;
}

async function saying(what: RegExp, ms = 150_000): Promise<void> {
  await eventually("it says so", () => what.test(said), ms).catch(() => expect(said).toMatch(what));
}

async function code(): Promise<number | null> {
  if (child.exitCode === null) await once(child, "exit");
  return child.exitCode;
}

/** What runs with this folder in its environment or arguments, by what it is. */
function ours(): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const [command, environment] = ["cmdline", "environ"].map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8"));
      if (Number(pid) === process.pid || !`${command}${environment}`.includes(dir)) continue;
      const name = /services\/([a-z-]+)\/src\/main/.exec(command ?? "")?.[1] ?? command?.split("\0")[0] ?? "";
      found.set(name, Number(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

test("it comes up closed to others, restarts what hangs, what crashed and what was set anew, and leaves nothing behind", async () => {
  await mkdir(join(dir, "data/logs"), { recursive: true });
  chmodSync(join(dir, "data"), 0o755);
  await writeFile(join(dir, "data/logs/intake.log"), "old\n", { mode: 0o644 });
  run("--config", configFile);
  await saying(/serving after/);
  expect(said).toMatch(/3 files and folders in .* could be read by others/);
  for (const entry of [
    "",
    "logs/intake.log",
    "stores/intake/store.sqlite",
    "endpoints.json",
    "nats/nats.conf",
    "deny-list",
  ])
    expect([entry, statSync(join(dir, "data", entry)).mode & 0o077]).toEqual([entry, 0]);
  const endpoints = JSON.parse(readFileSync(join(dir, "data/endpoints.json"), "utf8")) as Record<string, string>;
  const listening = Object.values(endpoints).map((at) => Number(at.split(":").at(-1)));
  expect(new Set(listening)).toEqual(new Set(ports));

  // Whose certificate is in wrong hands is refused without a restart of anything: also who made the folder.
  await writeFile(join(dir, "data/deny-list"), "spiffe://ntd.test/operator/admin\n");
  const admin = join(dir, "data/certificates/operator-admin");
  await eventually("it is refused", async () => !(await isServing(endpoints["takedown"] ?? "", admin)));
  const takedown = ours().get("takedown");

  const hung = ours().get("casework") ?? 0;
  process.kill(hung, "SIGSTOP");
  await saying(/casework has said nothing for 4 s \(.+\); it is started again/);
  await eventually("another casework", () => ![undefined, hung].includes(ours().get("casework")));

  expect(ours().get("takedown")).toBe(takedown);

  const crashed = ours().get("intake") ?? 0;
  process.kill(crashed, "SIGKILL");
  await saying(/intake ended \(SIGKILL\); it is started again in 0.5 s/);

  await writeConfig("services: { prober: { slots_required: 0 } }");
  await saying(/the configuration changed; started anew: prober/);
  await saying(/prober ended: its configuration is refused/);
  expect(said).toMatch(/PROBER_SLOTS_REQUIRED/);
  await writeConfig();
  await saying(/the configuration changed; started anew: prober[^]*started anew: prober/);

  child.kill("SIGKILL");
  await eventually("nothing of it runs any more", () => ours().size === 0);
}, 500_000);

test("it says who has a port, and ends with the code of a refused configuration", async () => {
  const other = createServer();
  await new Promise<void>((ready) => other.listen(ports[6], "127.0.0.1", ready));
  run("--config", configFile);
  expect(await code()).toBe(78);
  expect(said).toMatch(new RegExp(`port ${ports[6]} of intake is taken by .* \\(pid ${process.pid}\\)`));
  await new Promise((closed) => other.close(closed));
}, 200_000);

test("what it is told wrongly it refuses in sentences", async () => {
  await writeConfig("colour: red\nlogs: { kept: -1 }");
  run("--config", configFile);
  expect(await code()).toBe(78);
  expect(said).toContain("colour is unknown");
  expect(said).toContain("logs.kept is");
  run("--colour");
  expect(await code()).toBe(2);
  expect(said).toContain("usage: ./scripts/start");
  run("--help");
  expect(await code()).toBe(0);
  expect(said).toContain("--config FILE");
}, 200_000);

test("on day 91 it comes up with renewed certificates, and says so", async () => {
  const long = new Date(Date.now() - 100 * 86_400_000);
  const certificates = join(dir, "data/certificates");
  await createAuthority(certificates, long);
  for (const name of ["fingerprint", "nats", "casework"])
    await issueIdentity(certificates, { kind: "service", name }, long);
  await issueIdentity(certificates, { kind: "operator", name: "admin" }, long);
  run("--config", configFile);
  await saying(/serving after/);
  expect(said).toMatch(/4 certificates were about to end or had ended; they are renewed/);
}, 300_000);
