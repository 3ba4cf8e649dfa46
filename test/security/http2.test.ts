import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { connect, problemOf, type RpcClient } from "@ntd/rpc";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attacks, STRANGER } from "./attacks.ts";
import { startBeside, startProcess, type ServiceProcess } from "./processes.ts";
import { slowdown } from "./slowdown.ts";

const MOST_MIB = 50;
const MOST_SLOWDOWN = 5;
/** Of a person, by default. */
const OPEN_STREAMS = 100;
/** Of strangers, more than the server has places. */
const CONNECTIONS = 1;
const STRANGERS = 1500;

const parts = new AsyncDisposableStack();
let bed: TestBed;
let intake: ServiceProcess;
let patient: RpcClient<typeof ReportServiceService>;
beforeAll(async () => {
  bed = parts.use(await startTestBed());
  intake = parts.use(await startProcess(bed, "intake"));
  const identityDir = await bed.identity("reporter", "patient");
  patient = parts.use(connect(ReportServiceService, { address: intake.address, identityDir }));
  // A process that has worked: what it holds then, it holds without being attacked.
  for (let n = 0; n < 8; n += 1) await Promise.all(Array.from({ length: OPEN_STREAMS }, ask));
});
afterAll(() => parts.disposeAsync());

/** There is no such report, which is an answer. */
async function ask(): Promise<void> {
  const reason = await patient.getReport({ name: `reports/${randomUUID()}` }).then(
    () => "OK",
    (error: unknown) => problemOf(error).reason,
  );
  expect(reason).toBe("NOT_FOUND");
}

test.each(Object.keys(attacks))("%s: it serves, holds no more memory and answers others as before", async (name) => {
  const path = ReportServiceService.getReport.path;
  const identityDir = await bed.identity("reporter", `greedy-${Object.keys(attacks).indexOf(name)}`);
  const before = await intake.held();
  const times = name === STRANGER ? STRANGERS : CONNECTIONS;
  const aim = { address: intake.address, identityDir, path };
  using attacker = startBeside<{ turns: number }>("attacker.ts", [name, String(times), JSON.stringify(aim)]);
  await eventually("it has begun", () => (attacker.said?.turns ?? 0) > times);
  expect(await slowdown(attacker, ask, MOST_SLOWDOWN)).toBeLessThanOrEqual(MOST_SLOWDOWN);
  // On a connection of its own, too.
  await eventually("it serves", intake.serving);
  expect((await intake.held()) - before).toBeLessThanOrEqual(MOST_MIB);
});

test("whoever was thrown out again and again is named in the log, once a second", () => {
  const lines = readFileSync(intake.logFile, "utf8").split("\n");
  const misuses = lines.filter((line) => line.includes("a connection was ended for its misuse"));
  expect(misuses.length).toBeGreaterThan(2);
  expect(misuses.length).toBeLessThan(200);
  expect(misuses.every((line) => line.includes('"reporter#'))).toBe(true);
});
