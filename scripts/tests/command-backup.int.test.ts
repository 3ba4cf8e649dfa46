import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fork } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startService } from "@ntd/host";
import { createLog, readCommon, readConfig, readData } from "@ntd/service";
import { openStore, type Collection, type Store } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { mountSmallDisk } from "@ntd/testing/small-disk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBackup } from "../src/backup/manifest.ts";
import { inProcess } from "./bed.ts";

interface Count {
  n: number;
  filler: string;
}
const names = ["hashlists", "intake"] as const;
const stack = new AsyncDisposableStack();
let bed: TestBed;
let fixed: string[];
const counts = new Map<string, Collection<Count>>();
let isOver = false;
let longestMs = 0;
let writing: Promise<void>;

beforeAll(async () => {
  bed = stack.use(await startTestBed());
  const endpoints: Record<string, string> = { nats: bed.nats.url };
  for (const name of names) endpoints[name] = await startOne(name);
  endpoints["fingerprint"] = await startStateless();
  const file = join(bed.dir, "endpoints.json");
  writeFileSync(file, JSON.stringify(endpoints));
  fixed = ["--identity", await bed.identity("operator", "test"), "--endpoints", file];
  await bed.bus.jetstream.publish("dead.intake.case", new Uint8Array([1, 2, 3]));
  writing = write();
});
afterAll(async () => {
  isOver = true;
  await writing;
  await stack[Symbol.asyncDispose]();
});

async function startOne(name: (typeof names)[number]): Promise<string> {
  const environment = await bed.environment(name);
  const { [`${name.toUpperCase()}_TARGET_KEY_FILE`]: _, ...rest } = environment;
  const config = readConfig(name.toUpperCase(), { ...rest }, (own, shared) => ({
    ...readCommon(own, shared),
    ...readData(own, shared),
  }));
  const none = async () => undefined;
  const running = await startService({
    name,
    config,
    access: { "/ntd.operations.v1.OperationsService/Republish": ["operator"] },
    open: async ({ store }: { store: Store }) => {
      counts.set(name, await store.collection<Count>({ name: "counts", fields: {} }));
      return {};
    },
    serve: () => [],
    ...(name === "intake" && { work: () => ({ target: none, case: none }) }),
    ...(name === "hashlists" && { work: () => ({ case: none }) }),
  });
  stack.use(running);
  return running.address;
}

async function startStateless(): Promise<string> {
  const config = readConfig("FINGERPRINT", await bed.environment("fingerprint"), readCommon);
  const overrides = { log: createLog("fingerprint", "silent") };
  return stack.use(await startService({ name: "fingerprint", config, overrides, open: () => ({}), serve: () => [] }))
    .address;
}

/** One service after the other, as an event makes its way: the second never knows more than the first. */
async function write(): Promise<void> {
  const filler = "x".repeat(200);
  for (let n = 1; !isOver; n++) {
    for (const name of names) {
      const began = performance.now();
      await counts.get(name)?.insert(String(n).padStart(9, "0"), { n, filler });
      longestMs = Math.max(longestMs, performance.now() - began);
    }
  }
}

// Apart from the bed, in which keys lie.
const apart = stack.adopt(mkdtempSync(join(tmpdir(), "ntd-backup-")), (dir) => rmSync(dir, { recursive: true }));
const dirOf = () => join(apart, randomUUID());
const disk = mountSmallDisk(join(apart, "small"), 1);
if (typeof disk !== "string") stack.use(disk);
const missing = typeof disk === "string" ? disk : undefined;
const newest = (dir: string, name: string) => {
  using db = new DatabaseSync(join(dir, `${name}.sqlite`), { readOnly: true });
  return Number((db.prepare("SELECT max(id) AS id FROM counts").get() as { id: string }).id);
};

test("a backup at load is of one moment, whole, private, and holds no key", async () => {
  await eventually("they write", async () => (await counts.get("intake")?.load("000000050")) !== undefined);
  longestMs = 0;
  const dir = dirOf();
  const { code, err, out } = await inProcess([...fixed, "--json", "backup", dir]);
  expect([code, err]).toEqual([0, ""]);
  expect(longestMs).toBeLessThan(1500);
  const manifest = await readBackup(dir);
  expect(JSON.parse(out)).toEqual({ dir, ...manifest });
  expect(manifest.barrierMs).toBeLessThan(1000);
  const files = ["DEAD.ndjson", "REDRIVE.ndjson", "hashlists.sqlite", "intake.sqlite"];
  expect(manifest.files.map(({ file }) => file).toSorted()).toEqual(files);
  expect(readdirSync(dir).toSorted()).toEqual([...files, "manifest.json"].toSorted());
  for (const file of readdirSync(dir)) expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  const [first, second] = [newest(dir, "hashlists"), newest(dir, "intake")];
  expect([first, first - 1]).toContain(second);
  expect(manifest.files.find(({ service }) => service === "intake")?.collections?.["counts"]?.documents).toBe(second);
  const letter = JSON.parse(readFileSync(join(dir, "DEAD.ndjson"), "utf8"));
  expect(letter).toMatchObject({ subject: "dead.intake.case", data: "AQID" });
  const whole = Buffer.concat(readdirSync(dir).map((file) => readFileSync(join(dir, file))));
  const secrets = secretsIn(join(bed.dir, "keys"));
  expect(secrets.length).toBeGreaterThan(8);
  expect(secrets.filter((secret) => whole.includes(secret))).toEqual([]);
  await using store = await openStore(`file:${join(dir, "intake.sqlite")}`);
  expect((await (await store.collection<Count>({ name: "counts", fields: {} })).load("000000001"))?.state.n).toBe(1);
});

/** Every key file, and within JSON every long text and what it decodes to. */
function secretsIn(dir: string): Buffer[] {
  return readdirSync(dir).flatMap((file) => {
    const bytes = readFileSync(join(dir, file));
    const texts = bytes.toString("utf8").match(/[A-Za-z0-9+/_=-]{32,}/g) ?? [];
    return [bytes, ...texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, "base64url")])];
  });
}

test.each([
  ["that is there already", () => bed.dir],
  ["whose parent is missing", () => join(bed.dir, "missing", "backup")],
  [
    "where another name leads nowhere",
    () => (symlinkSync("/nowhere/at-all", join(apart, "link")), join(apart, "link")),
  ],
  ["below a file", () => (writeFileSync(join(apart, "file"), ""), join(apart, "file", "backup"))],
  ["beside the keys' folder", () => join(bed.dir, "backup")],
  [
    "deep in a platform's folder",
    () => (mkdirSync(join(bed.dir, "a", "b"), { recursive: true }), join(bed.dir, "a", "b", "c")),
  ],
  ["among the keys", () => join(bed.dir, "keys", "backup")],
  [
    "below the keys",
    () => (mkdirSync(join(bed.dir, "keys", "below"), { recursive: true }), join(bed.dir, "keys", "below", "backup")),
  ],
])("a folder %s is refused, and left as it is", async (_what, dir) => {
  const path = dir();
  const before = existsSync(path);
  const { code, err } = await inProcess([...fixed, "backup", path]);
  expect([code, err]).toEqual([2, expect.stringMatching(/name (a new|another) folder|name a folder/)]);
  expect(existsSync(path)).toBe(before);
});

test.skipIf(missing !== undefined)(
  `a full disk is named, and nothing of the backup is left on it ${missing ?? ""}`,
  async () => {
    if (typeof disk === "string") return;
    disk.fill();
    const full = await inProcess([...fixed, "backup", join(apart, "small", "backup")]);
    disk.clear();
    expect([full.code, full.err]).toEqual([2, expect.stringMatching(/full disk \(ENOSPC\); name a new folder/)]);
    expect(readdirSync(join(apart, "small"))).toEqual([]);
  },
);

test.each(["backup.released", "backup.copied", "backup.written"])(
  "killed at %s: no backup that looks whole, and the next one is",
  async (point) => {
    const dir = dirOf();
    const env = { ...process.env, NTD_FAILPOINT: `${point}:1` };
    const main = join(import.meta.dirname, "../src/ntd.ts");
    const child = fork(main, [...fixed, "backup", dir], { env, stdio: "ignore" });
    expect((await once(child, "exit"))[1]).toBe("SIGKILL");
    await expect(readBackup(dir)).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await eventually(
      "made",
      async () => {
        const made = dirOf();
        return (await inProcess([...fixed, "backup", made])).code === 0 && (await readBackup(made)).files.length === 4;
      },
      45_000,
    );
  },
  60_000,
);

test("a file that is not as it was written is named", async () => {
  const dir = dirOf();
  expect((await inProcess([...fixed, "backup", dir])).code).toBe(0);
  const file = join(dir, "intake.sqlite");
  const bytes = readFileSync(file);
  bytes[5000] = (bytes[5000] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await expect(readBackup(dir)).rejects.toThrow(/intake\.sqlite/);
});

test("a service that is away makes no backup, and is named", async () => {
  const file = join(bed.dir, "away.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(fixed[3] ?? "", "utf8")), takedown: "localhost:1" }));
  const dir = dirOf();
  const { code, err } = await inProcess([...fixed.slice(0, 2), "--endpoints", file, "backup", dir]);
  expect([code, err]).toEqual([3, expect.stringContaining("takedown at localhost:1 does not answer")]);
  expect(existsSync(dir)).toBe(false);
});
