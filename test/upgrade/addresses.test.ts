import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formerTargetIdOf, targetIdOf } from "@ntd/address";
import { nouns } from "@ntd/bus";
import { commandLine, type RunCommand } from "@ntd/scripts/demo-command";
import { openAddress, sealAddress, sealerFromFile, type Sealed, type Sealer } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpack } from "./unpack.ts";
import { startTestPlatform, type TestPlatform } from "../platform.ts";

interface OldReport {
  targets: { targetId: string; address: Sealed }[];
  receivedTime: Date;
}
interface OldTarget {
  targetId: string;
  address: Sealed;
  phase: { is: string };
  notices: { open: boolean }[];
}

const stack = new AsyncDisposableStack();
const asked: string[] = [];
const receivedTime = new Date("2026-11-28T12:00:00Z");
let platform: TestPlatform;
let run: RunCommand;
let targetKey: Uint8Array;
let sealer: Sealer;
let host: string;
/** An address of release 0.2 whose material is still there, with an open notice. */
let stubborn: { url: string; targetId: string };
const buried = randomUUID();

const own = (url: string) => targetIdOf(targetKey, { fetch: url });
const former = (url: string) => formerTargetIdOf(targetKey, { fetch: url });

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-upgrade-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  await unpack("0.2", dir);
  targetKey = await readFile(join(dir, "keys", "target-key"));
  sealer = sealerFromFile(join(dir, "keys", "sealing-keys.json"));
  const web = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "content-type": "text/plain" }).end("no picture");
  }).listen(0, "127.0.0.1");
  stack.defer(() => void web.close());
  await once(web, "listening");
  host = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  stubborn = await target(dir, ({ phase, notices }) => phase.is === "PRESENT" && notices.some(({ open }) => open));
  await twinsOfThatRelease(dir);
  const prober = { ALLOW_NETWORKS: "127.0.0.0/8", ALLOW_PORTS: "1024-65535" };
  platform = stack.use(await startTestPlatform({ dir, settings: { prober } }));
  await platform.serving();
  run = commandLine(platform, () => undefined);
});
afterAll(() => stack.disposeAsync());

const storeUrl = (dir: string, service: string) => `file:${join(dir, "stores", service, "store.sqlite")}`;

async function target(dir: string, isIt: (target: OldTarget) => boolean) {
  await using store = await openStore(storeUrl(dir, "prober"));
  const targets = await store.collection<OldTarget>({ name: "targets", fields: {} });
  const found = (await targets.find({ limit: 100 })).map(({ state }) => state).find(isIt);
  if (found === undefined) throw new Error("release 0.2 left no such target");
  return { url: openAddress(sealer, found.address).fetch, targetId: found.targetId };
}

/** Two reports whose addresses version 1 took for one: the prober fetches the first one's, and never the other. */
async function twinsOfThatRelease(dir: string): Promise<void> {
  const [first, twin] = [`${host}/o/a%2Fb.jpg`, `${host}/o/a/b.jpg`];
  const sealed = (url: string) => sealAddress(sealer, { original: url, fetch: url, key: "" }, receivedTime);
  await using intake = await openStore(storeUrl(dir, "intake"));
  const reports = await intake.collection<OldReport>({ name: "reports", fields: {} });
  const [like] = await reports.find({ limit: 1 });
  await using prober = await openStore(storeUrl(dir, "prober"));
  const targets = await prober.collection<OldTarget>({ name: "targets", fields: {} });
  const quiet = (await targets.find({ limit: 100 })).find(
    ({ state }) => state.phase.is === "PRESENT" && state.notices.length === 0,
  );
  if (like === undefined || quiet === undefined) throw new Error("release 0.2 left no report and target");
  const named = (url: string) => ({ ...like.state.targets[0], targetId: former(url), address: sealed(url) });
  const later = new Date(receivedTime.getTime() + 60_000);
  await reports.insertMany([
    { id: randomUUID(), state: { ...like.state, receivedTime, targets: [named(first)] } },
    { id: buried, state: { ...like.state, receivedTime: later, targets: [named(twin)] } },
  ]);
  await targets.insert(former(first), { ...quiet.state, targetId: former(first), address: sealed(first) });
}

async function submitted(...urls: string[]) {
  const { name } = (await run("reporter", "public", "report", "submit", ...urls)) as { name: string };
  const reportId = name.replace("reports/", "");
  return eventually("its event", async () =>
    (await platform.machine.published(nouns.report))
      .map(({ data }) => data)
      .find((report) => report.reportId === reportId),
  );
}

const idsOf = (report: { targets: { targetId: string }[] }) => report.targets.map(({ targetId }) => targetId);

test("an address of that release is reported again: it joins its target and case, and nobody is noticed twice", async () => {
  const { machine: bed } = platform;
  const about = async () => ({
    cases: (await bed.published(nouns.case)).map(({ data }) => data).filter((c) => c.targetId === stubborn.targetId),
    notices: (await bed.published(nouns.notice))
      .map(({ data }) => data)
      .filter((notice) => notice.targets.some(({ targetId }) => targetId === stubborn.targetId)),
  });
  const before = await about();
  const report = await submitted(stubborn.url, `${stubborn.url}#top`, `${host}/o/a%2fb.jpg`);
  expect(idsOf(report)).toEqual([stubborn.targetId, stubborn.targetId, former(`${host}/o/a/b.jpg`)]);
  await eventually("the case knows it", async () =>
    (await about()).cases.some(({ reportIds }) => reportIds.includes(report.reportId)),
  );
  await eventually("takedown has heard of that", async () => {
    const { num_pending, num_ack_pending } = await bed.bus.manager.consumers.info("CASEWORK", "takedown-case");
    return num_pending === 0 && num_ack_pending === 0;
  });
  const after = await about();
  const idsBefore = [new Set(before.cases.map((c) => c.caseId)), new Set(before.notices.map((n) => n.noticeId))];
  expect([new Set(after.cases.map((c) => c.caseId)), new Set(after.notices.map((n) => n.noticeId))]).toEqual(idsBefore);
  expect(idsBefore.map(({ size }) => size)).toEqual([1, 1]);
});

test("an address that was falsely merged with another is a target of its own, and is looked at though nobody reports it again", async () => {
  const twin = `${host}/o/a/b.jpg`;
  expect(own(twin)).not.toBe(former(twin));
  await eventually("the prober asks for it", () => Promise.resolve(asked.includes("/o/a/b.jpg")));
  const parted = await eventually("its report", async () =>
    (await platform.machine.published(nouns.report)).find(({ data }) => data.reportId === buried),
  );
  expect([parted.verb, idsOf(parted.data)]).toEqual(["parted", [own(twin)]]);
  await eventually("it is told of", async () =>
    (await platform.machine.published(nouns.target)).some(({ data }) => data.targetId === own(twin)),
  );
});

test("what differs from an address of that release to a server is a target of its own when it is reported", async () => {
  const { origin, pathname } = new URL(stubborn.url);
  const others = [`${origin}/${pathname}`, `${stubborn.url}#/1`, stubborn.url.replace("http:", "https:")];
  expect(others.map(former)).toEqual(others.map(() => stubborn.targetId));
  expect(idsOf(await submitted(...others))).toEqual(others.map(own));
});
