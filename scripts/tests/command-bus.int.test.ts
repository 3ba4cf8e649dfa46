import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asProcess, inProcess, openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: TestBed;
let services: NtdTestBed;
let fixed: string[];
beforeAll(async () => {
  [bed, services] = [await startTestBed(), await openNtdTestBed()];
  const endpoints = join(bed.dir, "endpoints.json");
  await writeFile(endpoints, JSON.stringify({ nats: bed.nats.url }));
  fixed = ["--identity", await bed.identity("operator", "test"), "--endpoints", endpoints];
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
});

test("bus apply makes what is missing and says so", async () => {
  expect(await inProcess([...fixed, "bus", "apply"])).toEqual({ code: 0, err: "", out: "nothing was missing\n" });
  await bed.bus.manager.consumers.delete("PROBER", "matching-target");
  const { out } = await inProcess([
    ...fixed,
    "bus",
    "apply",
    "--json",
    "--ack-wait-ms",
    "1500",
    "--max-messages",
    "5000",
  ]);
  expect(JSON.parse(out)).toEqual({ made: ["PROBER/matching-target"] });
  const { config } = await bed.bus.manager.consumers.info("PROBER", "matching-target");
  expect(config.ack_wait).toBe(1500e6);
  expect((await bed.bus.manager.streams.info("PROBER")).config.max_msgs).toBe(5000);
});

test.each(["--max-bytes", "--max-messages"])("bus apply with %s of next to nothing is wrong usage", async (bound) => {
  const { code, err } = await inProcess([...fixed, "bus", "apply", bound, "512"]);
  expect([code, err]).toEqual([2, expect.stringContaining("would be full at once")]);
});

test("bus usage shows every stream, and what keeps it from being trimmed", async () => {
  const release = { setId: "known", policy: undefined, activeReleaseId: "", entryCount: 0n, counter: 1n };
  await bed.publish(nouns.release, "activated", "first", 1, { ...release, activatedTime: undefined });
  await bed.bus.manager.consumers.delete("PROBER", "matching-target");
  const { out } = await inProcess([...fixed, "bus", "usage"]);
  expect(out).toMatch(/\nHASHLISTS +1 +0\.0 +1 % +\S+ +0 +matching-release has 1 to go\n/);
  expect(out).toMatch(/\nPROBER +0 +.*matching-target is missing/);
  const { streams } = JSON.parse((await inProcess([...fixed, "bus", "usage", "--json"])).out);
  expect(streams.map((s: { stream: string }) => s.stream)).toContain("DEAD");
  await bed.bus.manager.streams.purge("HASHLISTS");
  await inProcess([...fixed, "bus", "apply"]);
});

test("dead letters are listed with their reasons, and one is sent again to its reader", async () => {
  expect((await inProcess([...fixed, "dead-letters", "list"])).out).toBe("no dead letters\n");
  const release = { setId: "known", policy: undefined, activeReleaseId: "", entryCount: 0n, counter: 1n };
  await bed.publish(nouns.release, "activated", "known", 1, { ...release, activatedTime: undefined });
  const stored = await bed.bus.manager.streams.getMessage("HASHLISTS", { last_by_subj: "hashlists.release.activated" });
  if (stored === null) throw new Error("the event did not arrive");
  const { header: headers, data } = stored;
  headers.set("ntd-reason", "EVENT_UNREADABLE");
  headers.set("ntd-detail", "made by the test");
  await bed.bus.jetstream.publish("dead.matching.release", data, { headers, msgID: randomUUID() });
  const { out } = await inProcess([...fixed, "dead-letters", "list"]);
  expect(out).toMatch(/\n1 +matching +release +EVENT_UNREADABLE +made by the test +\S+ +\S+\n$/);
  expect(await inProcess([...fixed, "dead-letters", "resend", "1"])).toMatchObject({ code: 0 });
  const sent = await bed.bus.manager.streams.getMessage("REDRIVE", { last_by_subj: "redrive.matching.release" });
  expect(sent?.data).toEqual(data);
  expect((await inProcess([...fixed, "dead-letters", "list"])).out).toBe("no dead letters\n");
});

test("a dead letter that is not there is refused", async () => {
  const { code, err } = await inProcess([...fixed, "dead-letters", "resend", "99"]);
  expect([code, err]).toEqual([1, "ntd: NOT_FOUND: There is no dead letter 99.\n"]);
});

test("a bus that trusts another authority is unavailable, and the process ends", async () => {
  const endpoints = fixed[3] ?? "";
  const args = ["--identity", services.identityDir, "--endpoints", endpoints, "bus", "apply"];
  const { code, err } = await asProcess(args);
  const said =
    /^ntd: BUS_UNAVAILABLE: The certificate of service\/nats at 127\.0\.0\.1:\d+ was issued by .*not in our ca\.pem/;
  expect([code, err]).toEqual([3, expect.stringMatching(said)]);
});

test.each([
  ["bus", "apply"],
  ["dead-letters", "list"],
])("%s %s is refused to an identity that is no operator, before it connects", async (...words) => {
  const args = ["--identity", await bed.identity("reporter", "hotline"), ...fixed.slice(2), ...words];
  const err = "ntd: NOT_ALLOWED: reporter/hotline may not use the bus; use an operator's identity\n";
  expect(await inProcess(args)).toEqual({ code: 1, out: "", err });
});

test("bus apply with a folder that holds no identity is wrong usage", async () => {
  const { code, err } = await inProcess(["--identity", bed.dir, ...fixed.slice(2), "bus", "apply"]);
  expect([code, err]).toEqual([2, expect.stringContaining("cert.pem is no certificate that can be read")]);
});

test.each(["fingerprint", "icse-link", "hotline-link", "kitchen"])(
  "bus republish refuses %s, which owns nothing",
  async (name) => {
    services.arrived.splice(0);
    const { code, err } = await services.ntd("bus", "republish", name);
    const said = `ntd: USAGE: ${name} owns no events; name one of intake, prober, `;
    expect([code, err, services.arrived]).toEqual([2, expect.stringContaining(said), []]);
  },
);

test("bus republish asks the service that is named", async () => {
  services.answers.set("republish", { aggregateCount: 42n });
  expect((await services.ntd("bus", "republish", "takedown")).out).toBe("service     takedown\nsent again  42\n");
  expect(services.arrived.at(-1)?.method).toBe("republish");
});

test("bus permissions prints what nats-server was started with", async () => {
  const operators = ["--operator", "test", "--operator", "admin"];
  const words = ["bus", "permissions", "--trust-domain", "ntd.test", ...operators];
  const config = JSON.parse(await readFile(join(bed.dir, "nats", "nats.conf"), "utf8"));
  expect(JSON.parse((await inProcess([...words, "--json"])).out)).toEqual(config.authorization);
  const { out } = await inProcess(words);
  expect(JSON.parse(out.replace(/^authorization: /, ""))).toEqual(config.authorization);
});
