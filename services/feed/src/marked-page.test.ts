import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import { derivedId } from "@ntd/service";
import { expect, test } from "vitest";
import { marked, withParts } from "./marked-page.ts";
import { FAMILIES, watermark } from "./watermark.ts";

const key = new Uint8Array(32).fill(7);
const setId = "known";
const COUNT = 8;
const family = FAMILIES[1] ?? expect.fail();
const mark = (nth: number) => watermark(key, { setId, recipient: "partner/nl" }, { family, run: "grown", nth });
const whole = { setId, fromPart: 0, toPart: 256 };

const hexOf = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString("hex");
const valueOf = ({ change }: FeedChange) => hexOf(change?.value.fingerprint?.value);
const partOf = (change: FeedChange) => parseInt(derivedId("entry", setId, "MD5", valueOf(change)).slice(0, 2), 16);

const entry = (n: number, more: Partial<FeedEntry> = {}): FeedEntry => ({
  fingerprint: {
    algorithm: "ALGORITHM_MD5",
    value: Uint8Array.from(Buffer.from(n.toString(16).padStart(32, "0"), "hex")),
    quality: 0,
  },
  classification: { scheme: "ncmec", version: "", code: "A1" },
  votes: n,
  fileKey: new Uint8Array(8).fill(n),
  sizeBytes: 0,
  disputed: false,
  ...more,
});
const put = (value: FeedEntry): FeedChange => ({ change: { $case: "put", value } });
const marks = withParts(
  setId,
  Array.from({ length: COUNT }, (_, nth) => {
    const { fingerprints, secret } = mark(nth);
    return { secret, change: put({ ...entry(0), fingerprint: fingerprints.get("ALGORITHM_MD5") }) };
  }),
);
/** As hashlists has them: by the first byte of their ids. */
const list = (count: number) =>
  Array.from({ length: count }, (_, n) => put(entry(n + 1)))
    .map((change) => ({ change, part: partOf(change) }))
    .toSorted((a, b) => a.part - b.part)
    .map(({ change }) => change);
const known = new Set(marks.map(({ change }) => valueOf(change)));
const isMark = (change: FeedChange) => known.has(valueOf(change));

test("watermarks stand among the others, which stay as they are", () => {
  const page = list(1000);
  const both = marked(page, marks, whole);
  expect(both.filter((change) => !isMark(change))).toEqual(page);
  expect(both.filter(isMark).map(valueOf).toSorted()).toEqual([...known].toSorted());
});

test("it stands in the part that its own hash tells, as any entry does", () => {
  for (const count of [1000, 4000]) {
    const parts = marked(list(count), marks, whole).map(partOf);
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  }
});

test("it has the same neighbours when the list is read again in other pages, or as something else in it changed", () => {
  const all = list(4000);
  const nextTo = (page: readonly FeedChange[]) => page.flatMap((one, at) => (isMark(one) ? [besides(page, at)] : []));
  const besides = (page: readonly FeedChange[], at: number) => [at - 1, at + 1].map((i) => page[i] && valueOf(page[i]));
  const first = nextTo(marked(all, marks, whole));
  const pages = [0, 100, 256].flatMap((to, nth, ends) => {
    if (nth === 0) return [];
    const [fromPart, toPart] = [ends[nth - 1] ?? 0, to];
    return marked(
      all.filter((one) => partOf(one) >= fromPart && partOf(one) < toPart),
      marks,
      { setId, fromPart, toPart },
    );
  });
  expect(nextTo(pages)).toEqual(first);
  const besideMarks = new Set(first.flat());
  const fewer = all.filter((one, at) => at % 7 > 0 || besideMarks.has(valueOf(one)));
  expect(nextTo(marked(fewer, marks, whole))).toEqual(first);
});

test("each stands in the page that ends its part alone, and in that always: the others of its file do not stand alone", () => {
  const page = [put(entry(1))];
  const [near = expect.fail()] = withParts(setId, [{ secret: mark(0).secret, change: put(entry(1)) }]);
  const part = partOf(put(entry(1)));
  expect(marked(page, [near], { setId, fromPart: 0, toPart: part })).toHaveLength(1);
  expect(marked(page, [near], { setId, fromPart: part, toPart: part + 1 })).toHaveLength(2);
  expect(marked(page, [near, near], { setId, fromPart: part, toPart: part })).toHaveLength(1);
  const removal: FeedChange = {
    change: { $case: "removal", value: { fingerprint: undefined, cause: "REVOCATION_CAUSE_EXPIRED", disabled: false } },
  };
  expect(marked([removal], marks, whole)).toHaveLength(9);
  expect(marked([], marks, whole)).toHaveLength(8);
});

test("what is removed stands beside what is removed, and what is put beside what is put", () => {
  const removalOf = (one: FeedChange): FeedChange => ({
    change: {
      $case: "removal",
      value: {
        fingerprint: one.change?.value.fingerprint,
        cause: "REVOCATION_CAUSE_UNSPECIFIED",
        disabled: false,
      },
    },
  });
  const byPart = Map.groupBy(list(4000), partOf);
  const page = [...byPart.values()].flatMap((own) => [...own.slice(0, 5), ...own.slice(5).map(removalOf)]);
  const besides = (told: typeof marks) => {
    const both = marked(page, told, whole);
    return both.flatMap((one, at) =>
      isMark(one) ? [[both[at - 1], both[at + 1]].map((beside) => beside?.change?.$case)] : [],
    );
  };
  for (const beside of besides(marks)) expect(beside).toContain("put");
  const removed = besides(marks.map((one) => ({ ...one, change: removalOf(one.change) })));
  for (const beside of removed) expect(beside).toContain("removal");
});
