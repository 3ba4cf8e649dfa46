import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HotlineLinkServiceService } from "@ntd/proto/hotline/v1/hotline_link_service";
import { connect } from "@ntd/rpc";
import { createLog, MovableClock } from "@ntd/service";
import { type IdentityName } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readHotlineLinkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { aRecord, at } from "./examples.ts";

let bed: TestBed;
const lines: Record<string, unknown>[] = [];
const log = createLog("hotline-link", "debug", { write: (line) => void lines.push(JSON.parse(line)) });
const said = { stub: true, source: "STUB: answers from a file, no link to any hotline" };
const HOUR = 3_600_000;

beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const rules = [
  {
    country: "NL",
    answers: [
      { action: "REPORTED_TO_PROVIDER", after: "10m" },
      { action: "CONTENT_REMOVED", after: "1h" },
    ],
  },
  { country: "DE", answers: [{ action: "NOT_ILLEGAL", reason: "ADULT_PORNOGRAPHY" }] },
];

let stores = 0;

/** The service on a store of its own, and a way to start it again there. */
async function stage(answers: unknown = rules) {
  const file = join(bed.dir, `answers-${++stores}.json`);
  await writeFile(file, JSON.stringify(answers));
  const settings = { ANSWERS_FILE: file, STORE_URL: `file:${join(bed.dir, `link-${stores}.sqlite`)}` };
  const config = readHotlineLinkConfig(await bed.environment("hotline-link", settings));
  const clock = new MovableClock(at(0));
  return { clock, boot: () => start(config, { log, clock }) };
}

async function clientOf({ address }: { address: string }, kind: IdentityName["kind"] = "service", name = "takedown") {
  return connect(HotlineLinkServiceService, { address, identityDir: await bed.identity(kind, name) });
}

const all = { after: "", pageSize: 1000 };

test("a record is kept once, and answered as its rule says, each answer behind the one before", async () => {
  const { clock, boot } = await stage();
  await using running = await boot();
  await using link = await clientOf(running);
  const [dutch, german, other] = ["NL", "DE", "FR"].map((country) => aRecord({ country }));
  for (const record of [dutch, german, other, dutch]) {
    clock.advance(1000);
    const { receivedTime, ...rest } = await eventually("kept", () => link.sendRecord({ record }));
    expect(rest).toEqual(said);
    // The fourth is the first again.
    expect(receivedTime).toEqual(at(record === dutch ? 1 : record === german ? 2 : 3));
  }
  const first = await link.listAnswers(all);
  expect(first).toMatchObject({ ...said, isCut: false, answers: [{ reference: german?.reference, revision: 1 }] });
  clock.advance(HOUR);
  const { answers } = await link.listAnswers({ after: first.answers[0]?.place ?? "", pageSize: 1000 });
  expect(answers.map((a) => [a.reference, a.hotline, a.action, a.actedTime])).toEqual([
    [dutch?.reference, dutch?.hotline, "HOTLINE_ACTION_REPORTED_TO_PROVIDER", at(601)],
    [dutch?.reference, dutch?.hotline, "HOTLINE_ACTION_CONTENT_REMOVED", at(3601)],
  ]);
  const again = await link.listAnswers({ ...all, pageSize: 2 });
  expect(again.isCut).toBe(true);
  expect(again.answers.map((a) => a.place)).toEqual([first.answers[0]?.place, answers[0]?.place]);
});

test("what is withdrawn is answered no more, and what was kept and given is there after a restart", async () => {
  const { clock, boot } = await stage();
  const [withdrawn, kept] = [aRecord(), aRecord()];
  await (async () => {
    await using running = await boot();
    await using link = await clientOf(running);
    for (const record of [withdrawn, kept]) await eventually("kept", () => link.sendRecord({ record }));
    clock.advance(HOUR / 2);
    expect((await link.listAnswers(all)).answers).toHaveLength(2);
    await link.sendRecord({ record: { ...withdrawn, revision: 2, isWithdrawn: true } });
    await link.sendRecord({ record: withdrawn });
  })();
  await using running = await boot();
  await using link = await clientOf(running);
  clock.advance(HOUR);
  const { answers } = await eventually("answers", () => link.listAnswers(all));
  expect(answers.map((a) => a.reference).slice(2)).toEqual([kept.reference]);
  expect(answers.map((a) => Number(a.place))).toEqual([1, 2, 3]);
});

test("old records and answers are removed, and places go on", async () => {
  const { clock, boot } = await stage();
  await (async () => {
    await using running = await boot();
    await using link = await clientOf(running);
    for (const record of [aRecord({ country: "DE" }), aRecord({ country: "DE" })])
      await eventually("kept", () => link.sendRecord({ record }));
    expect((await link.listAnswers(all)).answers).toHaveLength(2);
  })();
  clock.advance(91 * 24 * HOUR);
  await using running = await boot();
  await using link = await clientOf(running);
  await eventually("the newest answer alone", async () => (await link.listAnswers(all)).answers.length === 1);
  await link.sendRecord({ record: aRecord({ country: "DE" }) });
  const { answers } = await link.listAnswers(all);
  expect(answers.map((a) => Number(a.place))).toEqual([2, 3]);
});

test("who asks at once with others sees the same answers, each in one place, none before the one ahead of it", async () => {
  const { boot } = await stage();
  await using running = await boot();
  await using link = await clientOf(running);
  const records = Array.from({ length: 10 }, () => aRecord({ country: "DE" }));
  for (const record of records) await eventually("kept", () => link.sendRecord({ record }));
  const asked = await Promise.all(Array.from({ length: 4 }, () => link.listAnswers(all)));
  for (const { answers } of asked) expect(answers.map((a) => Number(a.place))).toEqual(answers.map((_, i) => i + 1));
  const { answers } = await link.listAnswers(all);
  expect(answers.map((a) => a.reference).toSorted()).toEqual(records.map((r) => r.reference).toSorted());
});

test("what is not as hotlines exchange it is refused, and nobody but takedown is heard", async () => {
  const { boot } = await stage();
  await using running = await boot();
  await using link = await clientOf(running);
  const refused = { reason: "FIELD_INVALID" };
  await eventually("serving", () => link.listAnswers(all));
  await expect(link.sendRecord({ record: aRecord({ country: "" }) })).rejects.toMatchObject(refused);
  await expect(link.sendRecord({ record: undefined })).rejects.toMatchObject(refused);
  await expect(link.listAnswers({ after: "x", pageSize: 1 })).rejects.toMatchObject(refused);
  await expect(link.listAnswers({ after: "", pageSize: 0 })).rejects.toMatchObject(refused);
  for (const [kind, name] of [
    ["service", "casework"],
    ["operator", "o"],
  ] as const) {
    await using other = await clientOf(running, kind, name);
    await expect(other.sendRecord({ record: aRecord() })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    await expect(other.listAnswers(all)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  }
});

test("it says STUB in its log and in its health, and no address", async () => {
  lines.length = 0;
  const { boot } = await stage();
  await using running = await boot();
  await using link = await clientOf(running);
  await eventually("kept", () => link.sendRecord({ record: aRecord() }));
  expect(lines).toContainEqual(expect.objectContaining({ msg: said.source, rules: 2 }));
  expect(lines).toContainEqual(expect.objectContaining({ cause: "STUB", degraded: true }));
  expect(JSON.stringify(lines)).not.toContain("pictures.example");
});

test("a file with a bad rule is refused at the start", async () => {
  const { boot } = await stage([{ answers: [{ action: "NOT_ILLEGAL" }] }]);
  await expect(boot()).rejects.toThrow("rule 1, answer 1 has no reason, and NOT_ILLEGAL needs one");
});
