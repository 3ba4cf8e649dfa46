import { join } from "node:path";
import { createLog } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectBus, listDeadLetters, nouns, startWork, streamOf, type Bus } from "../src/index.ts";
import { examples } from "./examples.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const log = createLog("test", process.env["NTD_TEST_LOG"] ?? "silent");
const connect = async (name: string) =>
  connectBus({ name, natsUrl: bed.nats.url, identityDir: await bed.identity("service", name), log });

/** Has the server answer requests that `by` may make under a subject that it may not publish to. */
async function forge(by: Bus, subject: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) by.connection.publish("$JS.API.STREAM.INFO.MATCHING", "", { reply: subject });
  await by.connection.flush();
}

test("what a service has the server put into a foreign stream is dropped: no handler, no dead letter, nothing left over", async () => {
  await using stack = new AsyncDisposableStack();
  const forger = stack.use(await connect("matching"));
  const reader = stack.use(await connect("compliance"));
  const store = stack.use(await openStore(`file:${join(bed.dir, "compliance.sqlite")}`));
  const seen: string[] = [];
  const handle = (noun: string) => async (event: { aggregateId: string }) =>
    void seen.push(`${noun} ${event.aggregateId}`);
  const subjects = {
    report: "intake.report.submitted",
    target: "prober.target.gone",
    case: "casework.case.decided",
    notice: "takedown.notice.issued.alpha",
  };
  for (const subject of Object.values(subjects)) await forge(forger, subject, 50);
  stack.use(
    await startWork(reader, store, "compliance", {
      report: handle("report"),
      target: handle("target"),
      case: handle("case"),
      notice: handle("notice"),
    }),
  );
  for (const [name, subject] of Object.entries(subjects)) {
    const noun = nouns[name as "notice"];
    await eventually(`${name}: all dropped`, async () => {
      const info = await bed.bus.manager.consumers.info(streamOf(noun.service), `compliance-${name}`);
      return info.delivered.consumer_seq >= 50 && info.num_pending === 0 && info.num_ack_pending === 0;
    });
    await bed.publish(noun, subject.split(".")[2] ?? "", "genuine", 1, examples[name as "notice"]);
  }
  await eventually("the owners' events are handled", () => seen.length === 4);
  expect(seen.toSorted()).toEqual(["case genuine", "notice genuine", "report genuine", "target genuine"]);
  expect(await listDeadLetters(bed.bus)).toEqual([]);
});
