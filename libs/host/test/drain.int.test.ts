import { eventOf, nouns } from "@ntd/bus";
import { Report } from "@ntd/proto/intake/v1/report";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { connect, service } from "@ntd/rpc";
import { Problem, type Health } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Opening } from "../src/service-parts.ts";
import { startService } from "../src/start-service.ts";
import { configOf } from "./bed.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const SUBMIT = "/ntd.intake.v1.ReportService/SubmitReport";
const GET = "/ntd.intake.v1.ReportService/GetReport";
const REPUBLISH = "/ntd.operations.v1.OperationsService/Republish";

type Parts = Opening<Awaited<ReturnType<typeof configOf>>>;

/** An intake that notes in `journal` what happens to it, and whose handlers wait until they are let go. */
async function startIntake(journal: string[]) {
  const config = await configOf(bed, "intake");
  const letGo = Promise.withResolvers<void>();
  let begun = 0;
  const inHand = async (name: string) => {
    begun += 1;
    await letGo.promise;
    journal.push(`${name} finished`);
  };
  const running = await startService({
    name: "intake",
    config,
    access: { [SUBMIT]: [], [GET]: ["reporter"], [REPUBLISH]: ["operator"] },
    open: async ({ store, health, use }: Parts) => {
      const reports = await store.collection<{ by: string }>({ name: "reports", fields: {} });
      const write = async (id: string) => {
        const event = eventOf(nouns.report, "received", id, Report.decode(new Uint8Array()), new Date());
        await reports.insert(id, { by: id }, event);
      };
      use({
        [Symbol.asyncDispose]: async () => void journal.push(`opened released, ${await answers(store.ping())}`),
      });
      return { write, health };
    },
    serve: ({ write }) => [
      service(ReportServiceService, {
        submitReport: () => Promise.reject(new Error("not in this test")),
        async getReport() {
          await inHand("call");
          await write("call");
          return { name: "", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
        },
      }),
    ],
    work: ({ write }) => ({
      target: async () => {
        await inHand("event");
        await write("event");
      },
      case: async () => undefined,
    }),
    loops: ({ health }) => ({
      first: () => loop(journal, "first", health),
      second: () => loop(journal, "second", health),
    }),
  });
  return { ...running, [Symbol.asyncDispose]: running[Symbol.asyncDispose], letGo: letGo.resolve, begun: () => begun };
}

function loop(journal: string[], name: string, health: Health): AsyncDisposable {
  journal.push(`loop ${name} started`);
  return {
    async [Symbol.asyncDispose]() {
      journal.push(`loop ${name} stopped, ${health.draining ? "draining" : "serving"}`);
    },
  };
}

const answers = (promise: Promise<void>) =>
  promise.then(
    () => "store answers",
    () => "store is gone",
  );

test("a drain: health first, then everything stops taking, what is in hand finishes, its events leave, the store closes last", async () => {
  const journal: string[] = [];
  await using intake = await startIntake(journal);
  const identityDir = await bed.identity("reporter", "a");
  await using client = connect(ReportServiceService, { address: intake.address, identityDir, deadlineMs: 20_000 });
  const call = client.getReport({ name: "" });
  await bed.publish(nouns.target, "seen", "target-1", 1, nouns.target.codec.decode(new Uint8Array()));
  await eventually("a call and an event are in hand", () => intake.begun() === 2);

  const drained = intake[Symbol.asyncDispose]();
  await eventually("the loops stopped", () => journal.length >= 4);
  expect(journal).toEqual([
    "loop first started",
    "loop second started",
    "loop first stopped, draining",
    "loop second stopped, draining",
  ]);
  await expect(client.getReport({ name: "" })).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
  intake.letGo();
  await Promise.all([call, drained]);
  expect(journal.slice(4, 6).toSorted()).toEqual(["call finished", "event finished"]);
  expect(journal.slice(6)).toEqual(["opened released, store answers"]);
  const left = await bed.published(nouns.report);
  expect(left.map(({ headers }) => String(headers["ce-subject"])).toSorted()).toEqual(["call", "event"]);
  await expect(client.getReport({ name: "" })).rejects.toBeInstanceOf(Problem);
});
