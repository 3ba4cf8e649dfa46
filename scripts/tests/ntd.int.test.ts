import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Problem, releaseVersion } from "@ntd/service";
import { freePort, requestIdentity } from "@ntd/embedded";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asProcess, inProcess, openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

test("as a process it prints to standard output and ends with 0", async () => {
  bed.answers.set("listQueue", { cases: [], nextPageToken: "" });
  expect(await bed.process("queue", "--json")).toEqual({
    code: 0,
    err: "",
    out: '{\n  "cases": [],\n  "more": false\n}\n',
  });
});

test("as a process it is found by a link, and needs none but its own Node", async () => {
  const link = join(bed.dir, "linked-ntd");
  await symlink(join(import.meta.dirname, "../ntd"), link);
  const { stdout, stderr } = await promisify(execFile)(link, ["--version"], { env: { PATH: "/usr/bin:/bin" } });
  expect([stdout, stderr]).toEqual([`${releaseVersion()}\n`, ""]);
});

test("as a process it ends quietly when nobody reads on, as behind `| head -1`", async () => {
  const child = spawn(join(import.meta.dirname, "../ntd"), ["--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  const ended = once(child, "close");
  expect([await text(child.stderr), await ended]).toEqual(["", [0, null]]);
});

test("as a process it fails when what it says finds no room", () => {
  const line = `${join(import.meta.dirname, "../ntd")} --help > /dev/full`;
  const { status, stderr } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
  expect([stderr, status]).toEqual([expect.stringContaining("cannot be written (ENOSPC)"), 1]);
});

// A zone that the C library knows, and JavaScript does not.
test.each(["MYT-8", ":/etc/localtime", "garbage"])("as a process it tells times in UTC where TZ is %s", async (TZ) => {
  bed.answers.set("listQueue", { cases: [], nextPageToken: "" });
  const endpoints = { NTD_IDENTITY_DIR: bed.identityDir, NTD_ENDPOINTS: join(bed.dir, "endpoints.json") };
  const ended = await asProcess(["queue"], { ...endpoints, NTD_TIME_ZONE: "", TZ });
  expect(ended).toEqual({ code: 0, err: "", out: "no case waits\n" });
});

test.each([
  ["the end of what is typed", "\u0004", 2, "nothing was signed"],
  ["no", "n\n", 2, "nothing was signed"],
  ["yes", "y\n", 0, "spiffe://ntd.test/isp/beta"],
])("on a terminal %s is an answer", async (_what, typed, code, said) => {
  await requestIdentity(join(bed.dir, "beta"), { kind: "isp", name: "beta" });
  const [request, out] = [join(bed.dir, "beta/request.pem"), join(bed.dir, "beta/cert.pem")];
  const line = `${join(import.meta.dirname, "../ntd")} certs sign ${bed.dir} ${request} --out ${out}`;
  const child = spawn("script", ["-qec", line, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  let told = "";
  for await (const part of child.stdout) {
    told += String(part);
    // Its terminal is of no width, and breaks no word.
    if (told.endsWith("[y/N] ")) child.stdin.write(typed);
  }
  expect([told, ...(await ended)]).toEqual([expect.stringContaining(said), code, null]);
});

test("as a process it says on standard error what was refused and ends with 1", async () => {
  bed.answers.set("listQueue", new Problem("NOT_FOUND"));
  const ended = await bed.process("queue");
  expect(ended).toEqual({ code: 1, out: "", err: "ntd: NOT_FOUND: There is no such thing, or it is not yours.\n" });
});

test("as a process it ends with 2 for a command that there is none of", async () => {
  const { code, out, err } = await bed.process("quue");
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("ntd: USAGE: unknown command 'quue' (Did you mean queue?)");
});

test("as a process it ends with 3 when the service does not answer", async () => {
  const endpoints = join(bed.dir, "nobody.json");
  await writeFile(endpoints, JSON.stringify({ casework: `localhost:${await freePort()}` }));
  const environment = { NTD_IDENTITY_DIR: bed.identityDir, NTD_ENDPOINTS: endpoints };
  const { code, err } = await asProcess(["queue"], environment);
  expect([code, err]).toEqual([
    3,
    expect.stringMatching(/^ntd: PEER_UNAVAILABLE: casework at localhost:\d+ does not answer: Nothing listens /),
  ]);
});

test("help is no failure, and says what the exit codes mean", async () => {
  const { code, out } = await inProcess(["--help"]);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining("Exit codes: 0 done, 1 refused, 2 wrong usage, 3 unavailable"),
  ]);
});

test("no command is wrong usage and lists the commands", async () => {
  const { code, err } = await inProcess([]);
  expect([code, err]).toEqual([2, expect.stringContaining("scorecard")]);
});

test("without an identity nothing is sent", async () => {
  const { code, err } = await inProcess(["--endpoints", join(bed.dir, "endpoints.json"), "queue"]);
  expect([code, err]).toEqual([2, expect.stringContaining("--identity DIR or NTD_IDENTITY_DIR")]);
});

test("an identity folder that holds none is wrong usage", async () => {
  const args = ["--identity", join(bed.dir, "nobody"), "--endpoints", join(bed.dir, "endpoints.json"), "queue"];
  expect((await inProcess(args)).code).toBe(2);
});

test.each([
  ["that is missing", undefined, "cannot read"],
  ["that is no JSON", "intake: here", "holds no JSON object"],
  ["that is a list", "[]", "holds no JSON object"],
  ["that does not name the service", '{"intake": "localhost:1"}', 'names no address of casework; add "casework"'],
])("an endpoints file %s is wrong usage", async (_what, text, said) => {
  const file = join(bed.dir, "other.json");
  if (text !== undefined) await writeFile(file, text);
  const { code, err } = await inProcess(["--identity", bed.identityDir, "--endpoints", file, "queue"]);
  expect([code, err]).toEqual([2, expect.stringContaining(said)]);
});

test("of a service that need not run it is said what makes it run", async () => {
  const file = join(bed.dir, "without.json");
  await writeFile(file, '{"intake": "localhost:1"}');
  const { code, err } = await inProcess(["--identity", bed.identityDir, "--endpoints", file, "exchange", "status"]);
  expect([code, err]).toEqual([2, expect.stringMatching(/exchange does not run here.+name its connectors/)]);
});

test("the global options may stand before the command, behind its family, or behind it", async () => {
  bed.answers.set("listProviders", { providers: [], nextPageToken: "" });
  const json = '{\n  "providers": [],\n  "more": false\n}\n';
  for (const words of [
    ["--json", "provider", "list"],
    ["provider", "--json", "list"],
    ["provider", "list", "--json"],
  ]) {
    expect(await bed.ntd(...words)).toEqual({ code: 0, err: "", out: json });
  }
});
