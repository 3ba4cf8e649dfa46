import { expect, test } from "vitest";
import type { Cause } from "@ntd/proto/casework/v1/impact";
import { getImpact } from "../src/impact/rpc-get-impact.ts";
import { listImpact } from "../src/impact/rpc-list-impact.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { sha256 } from "./facts.ts";

const ann = calledBy("assessor/ann");
const cause = (value: Cause["what"]): { cause: Cause } => ({ cause: { what: value } });
const ofSet = cause({ $case: "setId", value: "national" });

test("what a set has caused is counted by where it stands, and listed in pages", async () => {
  await using ntd = await openHandlers();
  for (const targetId of ["a", "b", "c", "d"]) {
    await ntd.target(targetEvent({ targetId }));
    const other = targetId === "c" ? [sha256({ setId: "other", entryId: "o1" })] : [];
    await ntd.match(matchEvent(targetId === "d" ? [] : [sha256(), ...other], { targetId }));
  }
  const wrong = { setId: "national", entryId: "entry-1", cause: "REVOCATION_CAUSE_WRONG_FILE" as const, revokedBy: [] };
  await ntd.match(matchEvent([], { targetId: "b", revokedHits: [wrong] }), 2);

  expect((await getImpact(ntd.deps)(ofSet, ann)).counts).toEqual([
    { standing: "STANDING_IN_FORCE", count: 2, restingCount: 1 },
    { standing: "STANDING_IN_DOUBT", count: 1, restingCount: 1 },
  ]);
  const first = await listImpact(ntd.deps)({ ...ofSet, pageSize: 2, pageToken: "" }, ann);
  const rest = await listImpact(ntd.deps)({ ...ofSet, pageSize: 2, pageToken: first.nextPageToken }, ann);
  const listed = [...first.cases, ...rest.cases].map(({ caseId, restsOnCause }) => [caseId, restsOnCause]);
  const expected = [caseIdOf("a", 1), caseIdOf("b", 1), caseIdOf("c", 1)];
  expect(Object.fromEntries(listed)).toEqual({
    [expected[0] ?? ""]: true,
    [expected[1] ?? ""]: true,
    [expected[2] ?? ""]: false,
  });
  expect(rest.nextPageToken).toBe("");
  expect(
    (
      await listImpact(ntd.deps)(
        { ...cause({ $case: "caseId", value: caseIdOf("b", 1) }), pageSize: 0, pageToken: "" },
        ann,
      )
    ).cases,
  ).toMatchObject([{ standing: "STANDING_IN_DOUBT", verdict: "VERDICT_ILLEGAL", decidedBy: "machine" }]);
});

test("a cause that names nothing is refused by name, and a person is one in every kind of identity", async () => {
  await using ntd = await openHandlers();
  const entry = { $case: "entry", value: { setId: "national", entryId: "" } } as const;
  const unnamed = [
    [undefined, "cause"],
    [entry, "cause.entry.entry_id"],
  ] as const;
  for (const [what, field] of unnamed) {
    await expect(getImpact(ntd.deps)(cause(what), ann)).rejects.toMatchObject({ fields: [{ field }] });
  }
  const person = cause({ $case: "person", value: "ann" });
  expect((await getImpact(ntd.deps)(person, ann)).counts).toEqual([]);
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  await decide(ntd, "VERDICT_ILLEGAL");
  for (const value of ["ann", "assessor/ann"]) {
    const { counts } = await getImpact(ntd.deps)(cause({ $case: "person", value }), ann);
    expect(counts).toEqual([{ standing: "STANDING_IN_FORCE", count: 1, restingCount: 1 }]);
  }
});

test("a kind of hit that does not exist is refused by name, not told to have caused nothing", async () => {
  await using ntd = await openHandlers();
  await expect(getImpact(ntd.deps)(cause({ $case: "rule", value: "sha1" }), ann)).rejects.toMatchObject({
    fields: [{ field: "cause.rule", description: '"sha1" is none of sha256, md5+sha1, pdq' }],
  });
});
