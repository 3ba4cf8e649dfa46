import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { closeSync, existsSync, openSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Targets } from "./attempts.ts";

const isRoot = process.getuid?.() === 0;
const keeperFile = join(import.meta.dirname, "keeper.ts");
const USER = "1234";
const AS_USER = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--inh-caps=-all"];

/** As a container that refuses namespaces: none may be made in it. */
const REFUSE = 'echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --inh-caps=-all --ambient-caps=-all "$@"';
const IN_CONTAINER = ["unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c", REFUSE, "sh"];

let dir: string;
let tcp: Server;
let unix: Server;
let handed: number;
let targets: Omit<Targets, "parent">;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-sandbox-"));
  await chmod(dir, 0o755);
  const open = join(dir, "open");
  await mkdir(open);
  await chmod(open, 0o777);
  tcp = createServer().listen(0, "127.0.0.1");
  unix = createServer().listen(join(open, "socket"));
  await Promise.all([once(tcp, "listening"), once(unix, "listening")]);
  await chmod(join(open, "socket"), 0o777);
  await writeFile(join(dir, "plain"), "");
  await writeFile(join(dir, "key.pem"), "a key", { mode: 0o600 });
  handed = openSync(join(dir, "key.pem"), "r");
  const { port } = tcp.address() as { port: number };
  targets = {
    keyFile: join(dir, "key.pem"),
    plainFile: join(dir, "plain"),
    port,
    socket: join(open, "socket"),
    folders: [open, "/tmp", "/dev/shm"],
  };
});
afterAll(async () => {
  closeSync(handed);
  tcp.close();
  unix.close();
  await rm(dir, { recursive: true, force: true });
});

type Said = {
  kind?: string;
  why?: string;
  pid?: number;
  keeper?: number;
  reached?: string[];
  uid?: number;
  exited?: true;
};

/** A keeper of the program, as root or as a user. */
async function kept(words: readonly string[], { asUser = false, inContainer = false, file = keeperFile } = {}) {
  const [command = "", ...before] = [
    ...(asUser ? AS_USER : []),
    ...(inContainer ? IN_CONTAINER : []),
    process.execPath,
    file,
    ...words,
  ];
  const keeper = spawn(command, before, {
    env: { ...process.env, NTD_SECRET: "secret" },
    // A key at descriptor 7, as a careless parent leaves one.
    stdio: ["pipe", "pipe", "pipe", "ignore", "ignore", "ignore", "ignore", handed],
  });
  let program = 0;
  let complaint = "";
  keeper.stderr?.on("data", (said) => (complaint += String(said)));
  const lines = createInterface({ input: keeper.stdout as Readable })[Symbol.asyncIterator]();
  const hear = async (): Promise<Said> => {
    const { value, done } = (await lines.next()) as { value: string; done?: boolean };
    if (done) throw new Error(complaint);
    const said = JSON.parse(value) as Said;
    program = said.pid ?? program;
    return said;
  };
  return {
    hear,
    say: (what: object) => keeper.stdin?.write(`${JSON.stringify(what)}\n`),
    kill: () => keeper.kill("SIGKILL"),
    [Symbol.asyncDispose]: async () => {
      // What runs in no sandbox does not end with its keeper.
      if (existsSync(`/proc/${program}`)) process.kill(program, "SIGKILL");
      if (keeper.exitCode !== null || keeper.signalCode !== null) return;
      keeper.kill("SIGKILL");
      await once(keeper, "exit");
    },
  };
}

async function reachedFrom(words: readonly string[], options = {}) {
  await using keeper = await kept(words, options);
  const { kind, why, keeper: parent } = await keeper.hear();
  keeper.say({ targets: { ...targets, parent } });
  const { reached, uid } = await keeper.hear();
  return { kind, why, reached, uid };
}

async function endsWithKeeper(kind: string, options: object) {
  await using keeper = await kept([kind], options);
  const { pid = 0 } = await keeper.hear();
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  keeper.kill();
  await eventually("the program has ended", () => !existsSync(`/proc/${pid}`));
}

const everything = [
  "read a key",
  "read a file that everybody may read",
  "read /etc/passwd",
  "read the service's environment",
  "read its settings",
  "read the service's memory",
  "signal the service",
  "connect over TCP",
  "connect to a socket",
  "listen",
  "send a datagram",
  "start a process",
  "take much memory",
  "write into folder 0",
  "write into folder 1",
  "write into folder 2",
];

test.runIf(isRoot)("without a sandbox all of it succeeds", async () => {
  expect((await reachedFrom(["open"])).reached).toEqual(everything);
});

const staysInside = ["listen", "start a process"];
const users = [false, ...(isRoot ? [true] : [])];

describe.each(users)("asked for by a user other than root: %s", (asUser) => {
  test("in bwrap nothing succeeds, by a user of its own", async () => {
    const found = await reachedFrom(["bwrap"], { asUser });
    expect(found).toEqual({ kind: "bwrap", why: "", reached: [], uid: 65_533 });
  });

  test("in bwrap a program of many processes has a loopback, processes and a /tmp of its own, and nothing else", async () => {
    const found = await reachedFrom(["bwrap", "300", "room"], { asUser });
    // The datagram goes to a loopback where nobody listens.
    const own = ["listen", "send a datagram", "start a process", "write into folder 1"];
    expect(found).toEqual({ kind: "bwrap", why: "", reached: own, uid: 65_533 });
  });

  test("in unshare nothing but what stays inside: a port in a network without a way out, a process of its own", async () => {
    const found = await reachedFrom(["unshare"], { asUser });
    expect(found).toMatchObject({ kind: "unshare", uid: 65_533, reached: staysInside });
  });

  test("none still takes its settings, memory and writing", async () => {
    const { reached } = await reachedFrom(["none"], { asUser });
    expect(reached).toContain("connect over TCP");
    expect(reached).not.toContain("read its settings");
    expect(reached).not.toContain("take much memory");
    if (isRoot && !asUser) expect(reached).not.toContain("read a key");
  });

  test.each(["bwrap", "unshare", "none"])("%s: it ends when the service is killed, though it would go on", (kind) =>
    endsWithKeeper(kind, { asUser }),
  );
});

test.each(["bwrap", "unshare"])("%s: who computes beyond the limit is killed", async (kind) => {
  await using keeper = await kept([kind, "1"]);
  await keeper.hear();
  keeper.say({ spin: true });
  expect(await keeper.hear()).toEqual({ exited: true });
});

test("where bwrap does not work, a program of many processes is not run", async () => {
  await using keeper = await kept(["auto", "300", "room"], { asUser: isRoot, inContainer: true });
  await expect(keeper.hear()).rejects.toThrow("unshare by user: takes no program of many processes");
});

test("where no namespaces may be made it falls to none, says why, and still has its limits and no settings", async () => {
  const { kind, why, reached } = await reachedFrom(["auto"], { asUser: isRoot, inContainer: true });
  expect(kind).toBe("none");
  expect(why).toMatch(/^bwrap by user: .*; unshare by user: unshare/);
  expect(reached).not.toContain("read its settings");
  expect(reached).not.toContain("take much memory");
  await using demanded = await kept(["bwrap"], { asUser: isRoot, inContainer: true });
  await expect(demanded.hear()).rejects.toThrow("No sandbox of the kind bwrap works here (bwrap by user:");
});

test.runIf(isRoot)("what lies where root alone may look is run by the way that root has", async () => {
  const hidden = join(dir, "hidden");
  const lib = dirname(import.meta.dirname);
  for (const part of ["src", "test", "package.json"])
    await cp(join(lib, part), join(hidden, part), { recursive: true });
  await chmod(hidden, 0o700);
  const file = join(hidden, "test/keeper.ts");
  for (const kind of ["bwrap", "unshare"]) {
    const found = await reachedFrom([kind], { file });
    expect(found).toMatchObject({ kind, uid: 65_533 });
    expect(found.why).toContain(`${kind} by user`);
    expect(found.reached).toEqual(kind === "bwrap" ? [] : staysInside);
    await endsWithKeeper(kind, { file });
  }
});
