import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import type { GetStatusResponse } from "@ntd/proto/operations/v1/status_service";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { inProcess, openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());
beforeEach(() => bed.answers.set("getStatus", () => status()));

const YEAR_MS = 365 * 86_400_000;

function status(change: Partial<GetStatusResponse> = {}): GetStatusResponse {
  return {
    service: "takedown",
    version: "0.3.0",
    startTime: new Date(Date.now() - 3_700_000),
    now: new Date(),
    serving: true,
    failedChecks: [],
    degradedCauses: [],
    consumers: [
      { noun: "case", pending: 3n, ackPending: 2n, redelivered: 0n },
      { noun: "target", pending: 4n, ackPending: 0n, redelivered: 0n },
    ],
    outbox: { documentCount: 1n, isMore: false, oldestAge: { seconds: 2n, nanos: 500_000_000 } },
    streams: [{ stream: "TAKEDOWN", messageCount: 10n, byteCount: 10n, fill: 0.1 }],
    deadLetterCount: 0n,
    store: { kind: "sqlite", byteCount: 3n * 2n ** 20n, freeByteCount: 2n ** 36n, filling: [] },
    certificate: { endTime: new Date(Date.now() + YEAR_MS), authorityEndTime: new Date(Date.now() + YEAR_MS) },
    sealingKeyIds: ["address-2030-01"],
    facts: [{ name: "open_notices", value: { $case: "number", value: 7n } }],
    unknowns: [],
    ...change,
  };
}

test("all is well: each service on a line, with what waits, its outbox, its store, its certificate; it ends with 0", async () => {
  const { code, out, err } = await bed.ntd("status");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain(`${Object.keys(bed.endpoints).length} of ${Object.keys(bed.endpoints).length} services serve`);
  expect(out).toContain("nothing needs a hand");
  expect(out).toMatch(/^takedown +serving +1 h 1 min +7 +2 +0 +1, 2\.5 s +0 +3\.0 MiB +64 GiB +36\d d +[+-]?0\.\d s$/m);
  expect(out).toContain("takedown: open notices 7");
});

test("an identity that cannot be read is wrong usage", async () => {
  const { code, err } = await bed.ntd("status", "--identity", join(bed.dir, "nobody"));
  expect([code, err]).toEqual([2, expect.stringContaining("nobody/cert.pem is no certificate that can be read")]);
});

test("to watch once in so many days that a timer takes it for at once is wrong usage", async () => {
  const { code, err } = await bed.ntd("status", "--watch", "2147484");
  expect([code, err]).toEqual([2, expect.stringContaining("more than a day")]);
});

test("what needs a hand stands first with what to do, and it ends with 4", async () => {
  bed.answers.set("getStatus", () => status({ deadLetterCount: 2n }));
  const { code, out } = await bed.ntd("status");
  expect(code).toBe(4);
  expect(out.indexOf("ntd dead-letters list --reader")).toBeLessThan(out.indexOf("service "));
});

test("a service that does not answer, or refuses, is said with why; the others are told all the same", async () => {
  const endpoints = join(bed.dir, "one-silent.json");
  await writeFile(
    endpoints,
    JSON.stringify({
      prober: `localhost:${await freePort()}`,
      takedown: bed.endpoints["takedown"],
      nats: "tls://localhost:1",
    }),
  );
  const silent = await inProcess(["status", "--identity", bed.identityDir, "--endpoints", endpoints]);
  expect([silent.code, silent.err]).toEqual([4, ""]);
  expect(silent.out).toMatch(/1 of 2 services serve/);
  expect(silent.out).toMatch(/ {2}prober: prober at localhost:\d+ does not answer/);
  expect(silent.out).toMatch(/^takedown +serving/m);
  bed.answers.set("getStatus", new Problem("NOT_ALLOWED"));
  const refused = await inProcess(["status", "--identity", bed.identityDir, "--endpoints", endpoints]);
  expect(refused.out).toMatch(
    / {2}takedown: This identity may not call this method\. .*\n +it may be well: ask as another/,
  );
  expect(refused.out).toMatch(/^takedown +refuses you/m);
});

test("what all services of a machine need alike is said once, with their names", async () => {
  bed.answers.set("getStatus", () => status({ deadLetterCount: 2n, unknowns: [{ what: "lag", reason: "no bus" }] }));
  const { out } = await bed.ntd("status");
  const names = Object.keys(bed.endpoints).join(", ");
  expect(out.split("\n").filter((line) => line.includes("lag is not known"))).toEqual([
    `  ${names}: lag is not known: no bus`,
  ]);
});

test("as JSON it is one document, times in UTC, durations and 64-bit numbers as text, and what needs a hand", async () => {
  bed.answers.set("getStatus", () =>
    status({ serving: false, failedChecks: [{ name: "bus", reason: "No.", since: new Date(0) }] }),
  );
  const { code, out } = await bed.ntd("status", "--json");
  const { services, needs } = JSON.parse(out) as { services: { service: string; status: object }[]; needs: object[] };
  expect(code).toBe(4);
  expect(services.find(({ service }) => service === "takedown")?.status).toMatchObject({
    outbox: { documentCount: "1", oldestAge: "2.5s" },
    failedChecks: [{ name: "bus", since: "1970-01-01T00:00:00.000Z" }],
    facts: [{ name: "open_notices", value: { number: "7" } }],
  });
  expect(needs[0]).toMatchObject({ urgency: 1, what: "bus: No." });
});

test("watched, it says it again and again until it is ended, whatever needs a hand", async () => {
  const args = [
    "--identity",
    bed.identityDir,
    "--endpoints",
    join(bed.dir, "endpoints.json"),
    "status",
    "--watch",
    "1",
  ];
  const watching = spawn(join(import.meta.dirname, "../ntd"), args, { stdio: ["ignore", "pipe", "inherit"] });
  bed.answers.set("getStatus", () => status({ deadLetterCount: 1n }));
  let said = "";
  for await (const text of watching.stdout) {
    said += String(text);
    if ((said.match(/services serve/g) ?? []).length >= 2) break;
  }
  expect(said).not.toContain("\u001b");
  const ended = once(watching, "exit");
  watching.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
});

test("a time zone that is none is refused before anything is asked", async () => {
  const args = ["status", "--identity", bed.identityDir, "--endpoints", join(bed.dir, "endpoints.json")];
  const asked = bed.arrived.length;
  const { code, err } = await inProcess(args, { NTD_TIME_ZONE: "Asia/Atlantis" });
  expect([code, err]).toEqual([2, expect.stringContaining('NTD_TIME_ZONE is "Asia/Atlantis", which is no time zone')]);
  expect(bed.arrived).toHaveLength(asked);
});
