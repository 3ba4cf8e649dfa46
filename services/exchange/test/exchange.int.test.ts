import { writeFile } from "node:fs/promises";
import { MovableClock, Problem } from "@ntd/service";
import type { SharedFault } from "@ntd/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { md5, MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

let at: ExchangeBed;
let clock: MovableClock;
let nth = 0;
let name = "";
beforeAll(async () => {
  at = await openExchangeBed();
});
afterAll(() => at[Symbol.asyncDispose]());
beforeEach(() => {
  const { server, hashlists } = at;
  Object.assign(server, { isDown: false, password: "secret", pageSize: 2 });
  for (const list of [server.asked, server.entries, server.faults, hashlists.uploads]) list.length = 0;
  Object.assign(hashlists, { calls: 0, inForce: "", becomes: "RELEASE_STATE_ACTIVE", fault: undefined });
  clock = new MovableClock(NOW);
  name = `npo-${++nth}`;
});

const EARLIER = new Date(NOW.getTime() - 60 * MINUTE);
const failing =
  (change: Partial<Parameters<SharedFault>[0]>): SharedFault =>
  (answer) => ({ ...answer, ...change });
const changed =
  (change: (body: string) => string): SharedFault =>
  (answer) => ({ ...answer, body: change(answer.body) });

async function running(more: object = {}, settings: Record<string, string> = {}) {
  await at.name(name, more);
  const service = await at.started(clock, settings);
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

const listedIn = (text: string) => [...text.matchAll(/<id>(\w+)<\/id>/g)].map(([, id]) => id);
const value = (n: number) => md5(n).replaceAll(/<.*?>/g, "");
const ids = (count: number) => Array.from({ length: count }, (_, n) => `i${n}`);

test("a range is read page by page and put into hashlists as one upload; the next one begins where it ended", async () => {
  shareEntries(at.server, 5, EARLIER);
  const { until } = await running();
  const first = await until("it is pulled", ({ lastSuccessTime }) => lastSuccessTime !== undefined);
  const end = new Date(NOW.getTime() - 5000);
  expect(first).toMatchObject({
    state: "CONNECTOR_STATE_RELEASE_WAITS",
    checkpointTime: end,
    totals: { pulls: 1n, pages: 3n, entries: 5n, tombstones: 0n, releases: 1n },
    dueTime: new Date(NOW.getTime() + 60 * MINUTE),
    degraded: "",
  });
  expect(at.server.asked).toHaveLength(3);
  expect(at.server.asked[0]).toBe("/npo/v2/entries?from=2026-02-01T00%3A00%3A00Z&to=2026-03-01T11%3A59%3A55Z");
  const [upload] = at.hashlists.uploads;
  expect(upload?.header).toMatchObject({
    setId: "ncmec",
    kind: "UPLOAD_KIND_FULL",
    format: "LIST_FORMAT_NCMEC_XML",
    fileName: `${name}-20260201T000000Z-20260301T115955Z.xml`,
  });
  expect(listedIn(upload?.text ?? "")).toEqual(ids(5));
  at.hashlists.inForce = first.releaseId;
  at.server.entries.push({ id: "i1", time: NOW, isGone: true });
  shareEntries(at.server, 1, NOW);
  clock.advance(60 * MINUTE);
  const second = await until("what is new comes", ({ totals }) => totals?.pulls === 2n);
  expect(second.totals).toMatchObject({ entries: 6n, tombstones: 1n, releases: 2n });
  expect(at.server.asked.at(-1)).toContain("from=2026-03-01T11%3A59%3A55Z");
  const [, delta] = at.hashlists.uploads;
  expect(delta?.header).toMatchObject({ kind: "UPLOAD_KIND_DELTA", baseReleaseId: first.releaseId });
  const [head, ...lines] = (delta?.text ?? "").trim().split("\n");
  expect(head).toBe("algorithm,value,quality,scheme,code,votes,source_id,removed");
  expect(new Set(lines)).toEqual(new Set([`md5,${value(1)},,,,,,yes`, `md5,${value(6)},,ncmec,A1,1,42-i6,`]));
});

test("nothing new makes no upload, and moves the checkpoint", async () => {
  const { until } = await running();
  const pulled = await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  expect([pulled.state, pulled.checkpointTime]).toEqual(["CONNECTOR_STATE_WAITING", new Date(NOW.getTime() - 5000)]);
  expect(at.hashlists.calls).toBe(0);
});

test("while nobody has decided on the last release there is no next one; then it goes on within a minute", async () => {
  at.hashlists.becomes = "RELEASE_STATE_VALIDATED";
  shareEntries(at.server, 1, EARLIER);
  const { until } = await running();
  await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  shareEntries(at.server, 1, NOW);
  clock.advance(90 * MINUTE);
  const waits = await until("it waits", ({ dueTime }) => Number(dueTime) === clock.now().getTime() + MINUTE);
  expect([waits.state, waits.totals?.pulls]).toEqual(["CONNECTOR_STATE_RELEASE_WAITS", 1n]);
  expect(at.server.asked).toHaveLength(1);
  const [upload] = at.hashlists.uploads;
  if (upload !== undefined) upload.release.state = "RELEASE_STATE_ACTIVE";
  at.hashlists.inForce = upload?.release.releaseId ?? "";
  clock.advance(MINUTE);
  await until("it goes on", ({ totals }) => totals?.pulls === 2n);
  expect(at.hashlists.uploads[1]?.text).toContain(`md5,${value(1)},,ncmec,A1,1,42-i1,`);
  expect(at.hashlists.uploads[1]?.text.trim().split("\n")).toHaveLength(2);
});

describe("what comes wrong once is asked for again, and nothing is lost or twice:", () => {
  test.each<[string, string, SharedFault]>([
    ["half a page", "PAGE", changed((body) => body.slice(0, -60))],
    ["half of the entries", "PAGE", changed((body) => body.replace(/<image>.*?<\/image>/, ""))],
    ["a login page", "PAGE", changed(() => "<html>log in</html>")],
    ["a new kind of entry", "PAGE", changed((body) => body.replaceAll(/(<\/?)image>/g, "$1hologram>"))],
    ["a link elsewhere", "PAGE", changed((body) => body.replace("<next>", "<next>https://elsewhere.example"))],
    ["429", "BUSY", failing({ status: 429, headers: { "retry-after": "30" } })],
    ["500", "ANSWER", failing({ status: 500 })],
    ["no answer", "UNREACHABLE", () => undefined],
  ])("%s", async (_, fault, happens) => {
    shareEntries(at.server, 5, EARLIER);
    at.server.faults.push((answer) => answer, happens);
    const { until } = await running();
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({
      state: "CONNECTOR_STATE_BACKING_OFF",
      failure: { fault: `CONNECTOR_FAULT_${fault}`, count: 1 },
      range: { pageCount: 1 },
      degraded: "",
    });
    expect(failed.failure?.sentence).not.toContain("elsewhere");
    clock.advance(31_000);
    await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
    expect(at.hashlists.uploads.map(({ text }) => listedIn(text))).toEqual([ids(5)]);
    expect(at.server.asked).toHaveLength(4);
  });

  test("the page before, once more", async () => {
    shareEntries(at.server, 5, EARLIER);
    let first = "";
    at.server.faults.push(
      changed((body) => (first = body)),
      changed(() => first),
    );
    const { until } = await running();
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed.failure?.sentence).toContain("once more");
    clock.advance(6000);
    await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
    expect(at.hashlists.uploads.map(({ text }) => listedIn(text))).toEqual([ids(5)]);
  });
});

test("an element that nobody knows is kept, and said", async () => {
  shareEntries(at.server, 1, EARLIER);
  at.server.faults.push(changed((body) => body.replace("<id>", "<series>x</series><id>")));
  const { until } = await running();
  const pulled = await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  expect(pulled.unknownElements).toEqual(["images/image/series"]);
  expect(at.hashlists.uploads[0]?.text).toContain("<series>x</series>");
});

test("an expired password is the health's, nobody hammers, and a new one is taken when an operator says so", async () => {
  shareEntries(at.server, 1, EARLIER);
  at.server.password = "new";
  const { until, pull, connector } = await running();
  const failed = await until("it fails", ({ failure }) => failure !== undefined);
  expect(failed).toMatchObject({ failure: { fault: "CONNECTOR_FAULT_CREDENTIALS" }, degraded: "CREDENTIALS" });
  expect(failed.dueTime).toEqual(new Date(NOW.getTime() + 15 * MINUTE));
  await writeFile(at.files.password, "new\n");
  onTestFinished(() => writeFile(at.files.password, "secret\n"));
  clock.advance(10 * MINUTE);
  expect(at.server.asked).toHaveLength(1);
  await pull(name);
  await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  expect((await connector()).degraded).toBe("");
});

test("an exchange that is down for an hour: degraded, then all of it comes", async () => {
  shareEntries(at.server, 3, EARLIER);
  at.server.isDown = true;
  const { until } = await running();
  for (let count = 1; clock.now().getTime() < NOW.getTime() + 60 * MINUTE; count++) {
    const { dueTime, degraded } = await until(`failure ${count}`, ({ failure }) => failure?.count === count);
    expect([count, degraded]).toEqual([count, count < 3 ? "" : "UNREACHABLE"]);
    clock.advance(Number(dueTime) - clock.now().getTime());
  }
  shareEntries(at.server, 2, new Date(NOW.getTime() - 10_000));
  at.server.isDown = false;
  clock.advance(10 * MINUTE);
  const back = await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  expect([back.degraded, back.failure]).toEqual(["", undefined]);
  expect(listedIn(at.hashlists.uploads[0]?.text ?? "")).toEqual(ids(5));
});

describe("what is not spoken to:", () => {
  test("a server whose certificate does not hold hears no password", async () => {
    const { until } = await running({ ca_file: undefined });
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ failure: { fault: "CONNECTOR_FAULT_TLS" }, degraded: "TLS" });
    expect(at.server.asked).toEqual([]);
  });

  test("a name that leads to a private address", async () => {
    const { until } = await running({ url: at.server.url.replace("localhost", "within.example") });
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed.failure?.fault).toBe("CONNECTOR_FAULT_ADDRESS_REFUSED");
  });

  test("a port that is not open", async () => {
    const { until } = await running({}, { EXCHANGE_ALLOW_PORTS: "" });
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed.failure?.fault).toBe("CONNECTOR_FAULT_ADDRESS_REFUSED");
  });
});

describe("of hashlists:", () => {
  test("a set that is retired is named, whatever waited there", async () => {
    shareEntries(at.server, 1, EARLIER);
    at.hashlists.becomes = "RELEASE_STATE_APPROVED";
    const { until } = await running();
    await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
    at.hashlists.says = { retiredTime: NOW };
    onTestFinished(() => void (at.hashlists.says = {}));
    clock.advance(61 * MINUTE);
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ failure: { fault: "CONNECTOR_FAULT_SET" }, degraded: "SET" });
    expect(failed.failure?.sentence).toContain("is retired");
  });

  test("what it does not answer is brought again, read once", async () => {
    shareEntries(at.server, 3, EARLIER);
    at.hashlists.fault = new Problem("STORE_UNAVAILABLE");
    const { until } = await running();
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed.failure?.fault).toBe("CONNECTOR_FAULT_HASHLISTS");
    at.hashlists.fault = undefined;
    clock.advance(6000);
    await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
    expect(at.server.asked).toHaveLength(2);
  });

  test("a set that does not know the connectors is named", async () => {
    shareEntries(at.server, 1, EARLIER);
    at.hashlists.fault = new Problem("NOT_FOUND");
    const { until } = await running();
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ failure: { fault: "CONNECTOR_FAULT_SET" }, degraded: "SET" });
  });

  test("a list that is rejected is asked for anew, as an upload of its own", async () => {
    shareEntries(at.server, 3, EARLIER);
    at.hashlists.becomes = "RELEASE_STATE_REJECTED";
    const { until, pull } = await running();
    await until("it fails", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_LIST");
    at.hashlists.becomes = "RELEASE_STATE_ACTIVE";
    await pull(name);
    await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
    expect(at.hashlists.uploads.map(({ header }) => header.fileName)).toEqual([
      `${name}-20260201T000000Z-20260301T115955Z.xml`,
      `${name}-20260201T000000Z-20260301T115955Z-2.xml`,
    ]);
    expect(at.server.asked).toHaveLength(4);
  });
});

test("a range that is in already, from pages that were other ones, is in", async () => {
  shareEntries(at.server, 3, EARLIER);
  const store = (nth: number) => ({ EXCHANGE_STORE_URL: `file:${at.bed.dir}/${name}-${nth}.sqlite` });
  await at.name(name);
  await using first = await at.started(clock, store(1));
  await first.until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  at.server.entries.pop();
  await using second = await at.started(clock, store(2));
  const { releaseId } = await second.until("it is in", ({ totals }) => totals?.pulls === 1n);
  expect(at.hashlists.uploads.map(({ release }) => release.releaseId)).toEqual([releaseId]);
  expect(at.hashlists.calls).toBe(2);
});

test("another set is another connector: it begins anew", async () => {
  shareEntries(at.server, 1, EARLIER);
  const { until } = await running();
  await until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  await at.name(name, { set: "other" });
  await until("it is pulled for the other", ({ setId, totals }) => setId === "other" && totals?.pulls === 1n);
  expect(at.hashlists.uploads.map(({ header }) => header.setId)).toEqual(["ncmec", "other"]);
});

test("a connector that the file does not name is not pulled", async () => {
  const { pull } = await running();
  await expect(pull("other")).rejects.toMatchObject({ reason: "NOT_FOUND" });
});
