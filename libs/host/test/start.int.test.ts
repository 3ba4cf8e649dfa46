import { ReportServiceService } from "@ntd/proto/intake/v1/report_service";
import { isServing, service } from "@ntd/rpc";
import { createLog, Problem, readCommon, readConfig } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServiceParts } from "../src/service-parts.ts";
import { startService } from "../src/start-service.ts";
import { configOf, part } from "./bed.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

type Config = Awaited<ReturnType<typeof configOf>>;
const none = async () => undefined;
const failing = () => {
  throw new Problem("CONFIG_INVALID", "on purpose");
};
const access = {
  "/ntd.intake.v1.ReportService/SubmitReport": ["reporter"],
  "/ntd.intake.v1.ReportService/GetReport": ["reporter"],
  "/ntd.operations.v1.OperationsService/Republish": ["operator"],
};
const reports = () => [service(ReportServiceService, { submitReport: failing, getReport: failing })];

function intake(config: Config, journal: string[]): ServiceParts<Config, object> {
  return {
    name: "intake",
    config,
    access,
    open: ({ use }) => ({ opened: use(part(journal, "opened")) }),
    serve: reports,
    work: () => ({ target: none, case: none }),
    loops: () => ({ first: () => part(journal, "first"), second: () => part(journal, "second") }),
  };
}

describe("a start that fails gives back what it had", () => {
  const unserved = { ...access, "/ntd.intake.v1.ReportService/NoSuch": ["reporter"] };
  const loops = (journal: string[]) => () => ({ first: () => part(journal, "first"), second: failing });
  test.each<[string, (journal: string[]) => Partial<ServiceParts<Config, object>>, string[]]>([
    ["opening", () => ({ open: failing }), []],
    ["serving", () => ({ serve: failing }), ["opened released"]],
    ["an allow-list of what is not served", () => ({ access: unserved }), ["opened released"]],
    ["a method in no table", () => ({ access: {} }), ["opened released"]],
    ["a loop", (journal) => ({ loops: loops(journal) }), ["first released", "opened released"]],
    [
      "an event without a handler",
      () => ({ work: () => ({ target: none }) }),
      ["first released", "second released", "opened released"],
    ],
  ])("%s", async (_what, fault, released) => {
    const journal: string[] = [];
    const config = await configOf(bed, "intake", await freePort());
    await expect(startService({ ...intake(config, journal), ...fault(journal) })).rejects.toBeInstanceOf(Problem);
    expect(journal).toEqual(released);
    // The store's file is locked by one process, and the port taken, if anything was left behind.
    await using again = await startService(intake(config, []));
    expect(again.address).toContain(":");
  });
});

test("a service is SERVING when its store, its bus and its own checks answer", async () => {
  const config = await configOf(bed, "hashlists");
  let well = false;
  await using running = await startService({
    name: "hashlists",
    config,
    access: { "/ntd.operations.v1.OperationsService/Republish": ["operator"] },
    open: ({ health }) => {
      health.add({ name: "own", run: () => (well ? Promise.resolve() : Promise.reject(new Error("not yet"))) });
      return {};
    },
    serve: () => [],
    work: () => ({ case: none }),
  });
  expect(await isServing(running.address, config.identityDir)).toBe(false);
  well = true;
  await eventually("serving", () => isServing(running.address, config.identityDir));
});

test("without a store and a bus in its configuration a service has neither, and without calls no address", async () => {
  const config = readConfig("ICSE_LINK", await bed.environment("icse-link"), (own, shared) => readCommon(own, shared));
  await using running = await startService({
    name: "icse-link",
    config,
    overrides: { log: createLog("icse-link", "silent") },
    open: ({ store }: { store: undefined }) => ({ store }),
  });
  expect(running.address).toBe("");
});

test("loops are woken by name or all at once, and a name that is no loop refuses to start", async () => {
  const config = readConfig("ICSE_LINK", await bed.environment("icse-link"), (own, shared) => readCommon(own, shared));
  const woken: string[] = [];
  const loop = (name: string) => () => ({ ...part([], name), kick: () => void woken.push(name) });
  const parts = (wanted: string) => ({
    name: "icse-link",
    config,
    open: ({ soon }: { soon: (loop?: string) => () => void }) => ({ one: soon(wanted), all: soon() }),
    loops: ({ one, all }: { one: () => void; all: () => void }) => (one(), all(), { a: loop("a"), b: loop("b") }),
  });
  await expect(startService(parts("c"))).rejects.toThrow("There is no loop c.");
  let doors = { one: () => undefined as void, all: () => undefined as void };
  await using _ = await startService({
    ...parts("b"),
    loops: (deps) => ((doors = deps), { a: loop("a"), b: loop("b") }),
  });
  doors.one();
  doors.all();
  expect(woken).toEqual(["b", "a", "b"]);
});
