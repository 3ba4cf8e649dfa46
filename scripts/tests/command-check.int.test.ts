import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const notKnown = {
  verdict: "HASH_VERDICT_NOT_KNOWN",
  reason: "NOT_JUDGED_REASON_UNSPECIFIED",
  nominatesOnly: false,
  matches: [],
};
const match = {
  setId: "national",
  algorithm: "ALGORITHM_PDQ",
  distance: 15,
  threshold: 31,
  classification: { scheme: "iwf", version: "", code: "A" },
  nominatesOnly: false,
};

interface Asked {
  fingerprints: { algorithm: string; quality: number }[];
}

test("check tells of each hash whether it is known, by which set, and why it was not judged", async () => {
  const answers = [
    { ...notKnown, verdict: "HASH_VERDICT_KNOWN", matches: [match] },
    { ...notKnown, verdict: "HASH_VERDICT_NOT_JUDGED", reason: "NOT_JUDGED_REASON_TOO_LITTLE_DETAIL" },
    { ...notKnown, verdict: "HASH_VERDICT_KNOWN", nominatesOnly: true },
    notKnown,
  ];
  bed.answers.set("checkHashes", { answers });
  const file = join(bed.dir, "hashes.txt");
  await writeFile(file, `${"a".repeat(32)}\r\n\r\nsha1:${"b".repeat(40)}\n`);
  const { out } = await bed.ntd("check", `pdq:${"c".repeat(64)}:80`, "d".repeat(64), "--file", file);
  expect(out).toMatch(/c+:80 +known +national within 15 of 31, iwf A *\n/);
  expect(out).toMatch(/d+ +not judged: too little detail *\n/);
  expect(out).toMatch(/a+ +known, for a person to look at *\n/);
  expect(out).toMatch(/sha1:b+ +not known *\n/);
  const request = bed.arrived.at(-1)?.request as Asked | undefined;
  const asked = request?.fingerprints.map(({ algorithm, quality }) => `${algorithm} ${quality}`);
  expect(asked).toEqual(["ALGORITHM_PDQ 80", "ALGORITHM_SHA256 0", "ALGORITHM_MD5 0", "ALGORITHM_SHA1 0"]);
});

test("check sends a thousand hashes a call", async () => {
  bed.answers.set("checkHashes", ({ fingerprints }: { fingerprints: unknown[] }) => ({
    answers: fingerprints.map(() => notKnown),
  }));
  const file = join(bed.dir, "many.txt");
  await writeFile(file, `${"a".repeat(32)}\n`.repeat(1001));
  await bed.ntd("check", "--file", file);
  expect(bed.arrived.map(({ request }) => (request as { fingerprints: unknown[] }).fingerprints.length)).toEqual([
    1000, 1,
  ]);
});

test.each([
  "abc",
  "pdq:".concat("c".repeat(64)),
  `pdq:${"c".repeat(64)}:80:1`,
  "crc:00",
  "constructor:00",
  `md5:${"g".repeat(32)}`,
  `md5:${"a".repeat(32)}:5`,
])("check refuses %s, and says which one without repeating it", async (hash) => {
  const { code, err } = await bed.ntd("check", "a".repeat(32), hash);
  expect([code, bed.arrived]).toEqual([2, []]);
  expect(err).toContain("hash 2");
  expect(err).not.toContain(hash);
});

test("check uses tells an operator who asked how much, and what alarms it raised", async () => {
  const use = {
    identity: "industry/platform",
    day: new Date("2030-01-31"),
    calls: 3n,
    hashes: 3000n,
    known: 2n,
    notJudged: 1n,
    refusedCalls: 0n,
    alarms: [{ alarm: "CHECK_ALARM_NEIGHBOURS", firstTime: new Date(0), lastTime: new Date(0) }],
    different: 2500n,
    differentKnown: 1n,
  };
  bed.answers.set("listCheckUses", { uses: [use], nextPageToken: "" });
  const { out } = await bed.ntd("check", "uses", "--alarms");
  expect(out).toMatch(/2030-01-31 +industry\/platform +3 +3000 +2 +1 +1 +0 +neighbours *\n/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ onlyAlarms: true });
});

test("check holds tells whose checks wait for an operator, who lets them go on with a reason", async () => {
  const hold = {
    identity: "industry/platform",
    alarm: "CHECK_ALARM_KNOWN_COUNT",
    sinceTime: new Date("2030-01-31"),
    differentKnown: 10_012n,
    endedTime: undefined,
    endedBy: "",
    reason: "",
  };
  bed.answers.set("listCheckHolds", { holds: [hold], nextPageToken: "" });
  const { out } = await bed.ntd("check", "holds");
  expect(out).toMatch(/industry\/platform +known-count +2030-01-31T00:00:00.000Z +10012 *\n/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ onlyHeld: true });
  const ended = { endedTime: new Date("2030-02-01"), endedBy: "operator/olga", reason: "a new archive" };
  bed.answers.set("letChecksGoOn", { hold: { ...hold, ...ended } });
  const { out: said } = await bed.ntd("check", "go-on", "industry/platform", "--reason", "a new archive");
  expect(said).toContain("industry/platform is answered again");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ identity: "industry/platform", reason: "a new archive" });
  bed.answers.set("listCheckHolds", { holds: [{ ...hold, ...ended }], nextPageToken: "" });
  expect((await bed.ntd("check", "holds", "--all")).out).toMatch(/by operator\/olga: a new archive/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ onlyHeld: false });
});
