import { Problem } from "@ntd/service";
import { Target, type Look } from "@ntd/proto/prober/v1/target";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const at = new Date("2026-01-02T03:04:05.000Z");
const look: Look = {
  eye: "browser",
  observation: "OBSERVATION_BLIND",
  reason: "PROBE_REASON_CHALLENGE",
  time: at,
  evidenceId: "e-1",
};
const target = {
  ...Target.decode(new Uint8Array()),
  targetId: "t-1",
  episode: 1,
  state: "TARGET_STATE_UNSEEN",
  reason: "PROBE_REASON_CHALLENGE",
  lastLookTime: at,
  looks: [look],
} as const;
const unseen = {
  targetId: "t-1",
  episode: 1,
  reason: "PROBE_REASON_CHALLENGE",
  unseenSinceTime: at,
  lastLookTime: undefined,
  timesAsked: 2,
  looks: [look],
  url: "http://a.example/1",
  needsSecond: false,
};

test("unseen list tells what is asked, why no eye can tell, and what each eye said", async () => {
  const second = { ...unseen, targetId: "t-2", needsSecond: true, url: "" };
  bed.answers.set("listUnseen", { targets: [unseen, second], nextPageToken: "" });
  const { out } = await bed.ntd("unseen", "list");
  expect(out).toMatch(
    /\nt-1 +1 +a look +the host wants a proof that a person asks +2026-01-02T03:04:05.000Z +none could/,
  );
  expect(out).toMatch(/ 2 +browser \(blind, challenge\) +http:\/\/a.example\/1\n/);
  expect(out).toMatch(/\nt-2 +1 +a second person's word that it is gone +/);
});

test("unseen list reads page after page up to its limit, and says when nothing is asked", async () => {
  const pages: Record<string, unknown> = {
    "": { targets: [unseen], nextPageToken: "next" },
    next: { targets: [unseen], nextPageToken: "more" },
  };
  bed.answers.set("listUnseen", ({ pageToken }: { pageToken: string }) => pages[pageToken]);
  expect((await bed.ntd("unseen", "list", "--limit", "2")).out).toMatch(/There are more; raise --limit.\n$/);
  expect(bed.arrived.map(({ request }) => request)).toEqual([
    { pageSize: 2, pageToken: "" },
    { pageSize: 1, pageToken: "next" },
  ]);
  bed.answers.set("listUnseen", { targets: [], nextPageToken: "" });
  expect((await bed.ntd("unseen", "list")).out).toBe("no person is asked anything\n");
});

const record = ["sighting", "record", "t-1", "--episode", "1", "--how", "a browser at home"];

test("sighting record sends what was seen, now if no time is given", async () => {
  bed.answers.set("recordSighting", { target: { ...target, state: "TARGET_STATE_PRESENT" }, needsSecond: false });
  const before = Date.now();
  expect((await bed.ntd(...record, "--seen")).out).toMatch(
    /^Noted: it is there, until an eye sees it itself.\n\ntarget/,
  );
  const [{ request } = { request: {} }] = bed.arrived;
  expect(request).toMatchObject({
    targetId: "t-1",
    episode: 1,
    sighting: "SIGHTING_SEEN",
    how: "a browser at home",
    movedToUrl: "",
    personOnly: false,
    personOnlyHost: false,
  });
  expect((request as { time: Date }).time.getTime()).toBeGreaterThanOrEqual(before);
});

test("sighting record says when a second person is needed, and when two have spoken", async () => {
  bed.answers.set("recordSighting", { target, needsSecond: true });
  const options = ["--time", "2026-01-02T03:04:05Z", "--person-only", "--person-only-host"];
  expect((await bed.ntd(...record, "--gone", ...options)).out).toMatch(
    /^Noted. It counts as gone once a second person/,
  );
  expect(bed.arrived).toMatchObject([
    { request: { sighting: "SIGHTING_GONE", time: at, personOnly: true, personOnlyHost: true } },
  ]);
  bed.answers.set("recordSighting", { target: { ...target, state: "TARGET_STATE_GONE" }, needsSecond: false });
  const { out } = await bed.ntd(...record, "--moved-to", "http://b.example/1");
  expect(out).toMatch(/^Noted: it is gone, by the word of two persons.\n/);
  expect(bed.arrived.at(-1)).toMatchObject({
    request: { sighting: "SIGHTING_MOVED_TO", movedToUrl: "http://b.example/1" },
  });
});

test("sighting record without what was seen, with two of them or with no episode sends nothing and says what to do", async () => {
  expect(await bed.ntd(...record)).toMatchObject({ code: 2, err: expect.stringContaining("add --seen, --gone or") });
  expect(await bed.ntd(...record, "--seen", "--gone")).toMatchObject({
    code: 2,
    err: expect.stringContaining("give one of"),
  });
  const none = await bed.ntd("sighting", "record", "t-1", "--episode", "0", "--how", "x", "--seen");
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining("whole number from 1") });
  expect(bed.arrived).toEqual([]);
});

test("a word that cannot be taken is told with its field and what would mend it", async () => {
  const description = "lies before 2026-01-02T03:04:05.000Z, when it was seen there; only a later look says more";
  bed.answers.set("recordSighting", Problem.fields({ field: "time", description }));
  const { code, err } = await bed.ntd(...record, "--gone");
  expect([code, err]).toEqual([1, expect.stringContaining(`time: ${description}`)]);
});

test("target show tells where an address stands and by which looks; its JSON is the whole answer", async () => {
  bed.answers.set("getTarget", { target });
  const { out } = await bed.ntd("target", "show", "t-1");
  expect(out).toMatch(/address is +unseen, challenge\nbecause +the host wants a proof that a person asks\n/);
  expect(out).toMatch(/browser +blind +challenge +2026-01-02T03:04:05.000Z +e-1\n$/);
  expect(out).not.toContain("held");
  expect(bed.arrived[0]?.request).toEqual({ targetId: "t-1" });
  bed.answers.set("getTarget", { target, isHeld: true });
  expect((await bed.ntd("target", "show", "t-1")).out).toMatch(/looks are +held: /);
  expect(JSON.parse((await bed.ntd("target", "show", "t-1", "--json")).out)).toMatchObject({
    target: { state: "TARGET_STATE_UNSEEN", lastLookTime: "2026-01-02T03:04:05.000Z" },
  });
  bed.answers.set("getTarget", new Problem("NOT_FOUND"));
  expect((await bed.ntd("target", "show", "t-9")).code).toBe(1);
});
