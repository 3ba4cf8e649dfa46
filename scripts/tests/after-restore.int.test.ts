import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deadLettersOf } from "@ntd/bus";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { finishRestore } from "../src/start/after-restore.ts";

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const letter = { sequence: 7, time: new Date(0), subject: "dead.intake.case", headers: {}, data: "AQID" };

test("cut short while services tell everything again, and gone on with much later: no letter is there twice", async () => {
  const dir = join(bed.dir, "platform");
  mkdirSync(join(dir, "restoring"), { recursive: true });
  writeFileSync(join(dir, "restored.json"), JSON.stringify({ backupTime: "", difference: "", isDone: false }));
  writeFileSync(join(dir, "restoring", "DEAD.ndjson"), `${JSON.stringify(letter)}\n`);
  const { bus } = bed;
  await bus.manager.streams.update("DEAD", { duplicate_window: 100_000_000 });
  const identityDir = await bed.identity("operator", "test");
  const finish = (endpoints: Record<string, string>) => finishRestore({ dir, bus, endpoints, identityDir });

  await expect(finish({ casework: "localhost:1" })).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  const publish = () => bus.jetstream.publish("dead.intake.report", new Uint8Array(), { msgID: "later" });
  await publish();
  await eventually("the stream has forgotten what it was given", async () => !(await publish()).duplicate);
  const before = await deadLettersOf(bus, "intake");
  expect(await finish({})).toBe(true);
  expect(await deadLettersOf(bus, "intake")).toBe(before);
  expect(readdirSync(dir)).toEqual(["restored.json"]);
  expect(await finish({ casework: "localhost:1" })).toBe(false);
});
