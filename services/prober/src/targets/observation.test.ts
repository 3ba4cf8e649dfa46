import { expect, test } from "vitest";
import { contentOf, newTarget } from "../../test/examples.ts";
import { isHostsWord, isUnjudgeable, observationOf, type Finding, type Instead } from "./observation.ts";
import type { Phase, Reason, Target } from "./target-state.ts";

const ip = "192.0.2.1";
const picture = (content = contentOf(1), instead?: Instead): Finding => ({
  is: "content",
  as: { is: "PRESENT" },
  content,
  ip,
  ...(instead && { instead }),
});
const file = (reason: Reason, instead?: Instead): Finding => ({
  is: "content",
  as: { is: "NOT_MEDIA", reason },
  content: { ...contentOf(2), fingerprints: contentOf(2).fingerprints.slice(0, 1), pdqForms: [] },
  ip,
  ...(instead && { instead }),
});
const seenAs = (as: "PRESENT" | "NOT_MEDIA", phase: Phase = { is: "PRESENT" }): Target => {
  const shown = as === "PRESENT" ? ({ is: as } as const) : ({ is: as, reason: "NOT_A_PICTURE" } as const);
  const time = new Date(0);
  return { ...newTarget(), phase, seen: { as: shown, content: contentOf(1), first: time, last: time } };
};
const known = seenAs("PRESENT");
const of = (finding: Finding, target = known, other = undefined as ReturnType<typeof contentOf> | undefined) =>
  observationOf(target, finding, { ...(other && { other }) });

test("whatever is there first is seen", () => {
  expect(of(picture(), newTarget())).toMatchObject({ is: "SEEN", likeness: "first" });
  expect(of(file("NOT_A_PICTURE"), newTarget())).toMatchObject({ is: "SEEN", as: { is: "NOT_MEDIA" } });
});

test("the same picture is seen, another one is in its place", () => {
  expect(of(picture())).toMatchObject({ is: "SEEN", likeness: "identical" });
  expect(of(picture(contentOf(7, 1)))).toMatchObject({ is: "SEEN", likeness: "same" });
  expect(of(picture(contentOf(9)))).toMatchObject({ is: "REPLACED", reason: "OTHER_CONTENT" });
});

test.each<[Reason, string]>([
  ["FORMAT_NOT_ALLOWED", "REPLACED"],
  ["NOT_A_PICTURE", "REPLACED"],
  ["PICTURE_TOO_SMALL", "REPLACED"],
  ["PICTURE_TOO_LARGE", "BLIND"],
  ["PICTURE_BROKEN", "BLIND"],
  ["DECODE_TIMED_OUT", "BLIND"],
  ["BODY_TOO_LARGE", "BLIND"],
  ["FILM_TOO_LARGE", "BLIND"],
  ["FILM_NOT_DECODED", "BLIND"],
  ["FILM_BROKEN", "BLIND"],
])("%s in place of a picture is %s: nothing is undecided", (reason, is) => {
  const observation = of(file(reason));
  expect(observation.is).toBe(is);
  if (observation.is === "BLIND") expect(isUnjudgeable(observation.reason)).toBe(true);
});

test.each<[Instead, object]>([
  ["REPLACED", { is: "REPLACED", reason: "OTHER_CONTENT" }],
  ["WALL", { is: "BLIND", reason: "WALL" }],
  ["UNCLEAR", { is: "BLIND", reason: "UNCLEAR_PAGE" }],
])("a page in place of a picture that is %s", (instead, expected) => {
  expect(of(file("NOT_A_PICTURE", instead))).toMatchObject(expected);
});

test("a picture that is shown for everything is a wall, unless it is the material", () => {
  expect(of(picture(contentOf(9), "WALL"))).toMatchObject({ is: "BLIND", reason: "WALL" });
  expect(of(picture(contentOf(9), "REPLACED"))).toMatchObject({ is: "REPLACED" });
  expect(of(picture(contentOf(7, 1), "WALL"))).toMatchObject({ is: "SEEN" });
});

test("another picture at every look is a host that plays", () => {
  expect(of(picture(contentOf(9)), known, contentOf(9))).toMatchObject({ is: "REPLACED" });
  expect(of(picture(contentOf(9)), known, contentOf(200))).toMatchObject({ is: "BLIND", reason: "UNSTABLE" });
});

test("a page changes its bytes at will, and a picture in its place is seen", () => {
  const page = seenAs("NOT_MEDIA");
  expect(of(file("NOT_A_PICTURE"), page).is).toBe("SEEN");
  expect(of(picture(contentOf(9)), page).is).toBe("SEEN");
});

test("a film that is known by its bytes alone is there as long as those are; what else is there can be told", () => {
  const time = new Date(0);
  const bytes = { ...contentOf(1), fingerprints: contentOf(1).fingerprints.slice(0, 1), pdqForms: [] };
  const as = { is: "NOT_MEDIA", reason: "FILM_NOT_DECODED" } as const;
  const film: Target = { ...newTarget(), phase: as, seen: { as, content: bytes, first: time, last: time } };
  const finding = (content: typeof bytes, shown: Extract<Finding, { is: "content" }>["as"] = as): Finding => ({
    is: "content",
    as: shown,
    content,
    ip,
  });
  expect(of(finding(bytes), film)).toMatchObject({ is: "SEEN", likeness: "identical" });
  const other = { ...contentOf(2), fingerprints: contentOf(2).fingerprints.slice(0, 1), pdqForms: [] };
  expect(of(finding(other), film)).toMatchObject({ is: "BLIND", reason: "FILM_NOT_DECODED" });
  const decoded = { ...other, film: { frames: [], duration: undefined, isCut: false } };
  expect(of(finding(decoded, { is: "PRESENT" }), film)).toMatchObject({ is: "BLIND", reason: "FILM_NOT_DECODED" });
  expect(of(picture(contentOf(9)), film)).toMatchObject({ is: "REPLACED" });
  expect(of(file("NOT_A_PICTURE", "REPLACED"), film)).toMatchObject({ is: "REPLACED" });
  expect(of(file("NOT_A_PICTURE", "UNCLEAR"), film)).toMatchObject({ is: "BLIND", reason: "UNCLEAR_PAGE" });
});

test("after gone only the material is seen again, or a picture where nothing ever was", () => {
  const gone: Phase = { is: "GONE", reason: "HTTP_GONE", goneTime: new Date(0) };
  expect(of(picture(), seenAs("PRESENT", gone)).is).toBe("SEEN");
  expect(of(picture(contentOf(9)), seenAs("PRESENT", gone)).is).toBe("REPLACED");
  expect(of(file("NOT_A_PICTURE"), seenAs("NOT_MEDIA", gone)).is).toBe("REPLACED");
  expect(of(picture(), { ...newTarget(), phase: gone }).is).toBe("SEEN");
  expect(of(file("NOT_A_PICTURE"), { ...newTarget(), phase: gone }).is).toBe("REPLACED");
});

test("what nothing came through is not the host's word", () => {
  expect(isHostsWord({ is: "BLIND", reason: "TIMED_OUT" })).toBe(false);
  expect(isHostsWord({ is: "BLIND", reason: "CHALLENGE" })).toBe(true);
  expect(isHostsWord({ is: "ABSENT", reason: "HTTP_GONE" })).toBe(true);
});
