import { randomUUID } from "node:crypto";
import { SetLegalHoldResponse } from "@ntd/proto/casework/v1/legal_hold_service";
import { expect, test } from "vitest";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { keepAllReviews } from "../src/legal-holds/every-hour-keep-reviews.ts";
import { liftLegalHold } from "../src/legal-holds/rpc-lift-legal-hold.ts";
import { setLegalHold } from "../src/legal-holds/rpc-set-legal-hold.ts";
import { addNote } from "../src/notes/rpc-add-note.ts";
import { openReview } from "../src/reviews/review.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, testSealer, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { noon } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ann, pia, oz] = ["assessor/ann", "police/pia", "operator/oz"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const wish = (reason = "court 7/26") => ({ requestId: randomUUID(), caseId, reason });

async function queued(): Promise<Handlers> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  return ntd;
}

const complain = (ntd: Handlers, id: string, targetId: string) => {
  const text = testSealer.seal("it is mine", "words", noon);
  const review = openReview({ kind: "REVIEW_KIND_COMPLAINT", openedTime: noon, targetId, text }, 1000);
  return ntd.deps.reviews.insert(id, review);
};
const textKey = async (ntd: Handlers, id: string) => (await ntd.deps.reviews.load(id))?.state.text?.keyId;

test("an officer keeps a case: all that is sealed in it, its event says since when, and a repeat changes nothing", async () => {
  await using ntd = await queued();
  const first = wish();
  const set = await setLegalHold(ntd.deps)(first, pia);
  expect(set.case?.legalHold).toMatchObject({ reason: "court 7/26", setBy: "police/pia", liftedBy: "" });
  const again = await setLegalHold(ntd.deps)(first, pia);
  expect(SetLegalHoldResponse.encode(again).finish()).toEqual(SetLegalHoldResponse.encode(set).finish());
  await expect(setLegalHold(ntd.deps)(wish(), ann)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(setLegalHold(ntd.deps)(wish(" "), ann)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  const told = await ntd.told(1);
  expect([told?.legalHold, told?.address?.keyId]).toEqual([{ sinceTime: noon, liftedTime: undefined }, "held-2020-01"]);
  await addNote(ntd.deps)({ requestId: randomUUID(), caseId, text: "seen before" }, ann);
  expect((await ntd.caseOf(1))?.notes?.[0]?.text.keyId).toBe("held-2020-01");
  const reasonFor = async (who: Ctx) =>
    (await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, who)).case?.legalHold?.reason;
  expect([await reasonFor(ann), await reasonFor(pia), await reasonFor(oz)]).toEqual(["court 7/26", "court 7/26", ""]);
});

test("complaints about it are kept at once, later ones by the loop, and those about others not", async () => {
  await using ntd = await queued();
  await complain(ntd, "before", "target-1");
  await complain(ntd, "another", "target-2");
  await setLegalHold(ntd.deps)(wish(), ann);
  expect(await textKey(ntd, "before")).toBe("held-2020-01");
  await complain(ntd, "after", "target-1");
  await keepAllReviews(ntd.deps);
  expect([await textKey(ntd, "after"), await textKey(ntd, "another")]).toEqual(["held-2020-01", "2020-01"]);
});

test("two persons lift it; what comes later is sealed as ever, and what was kept stays kept", async () => {
  await using ntd = await queued();
  await expect(liftLegalHold(ntd.deps)(wish(), ann)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await setLegalHold(ntd.deps)(wish(), ann);
  expect(await liftLegalHold(ntd.deps)(wish("acquitted"), ann)).toMatchObject({ waitsForSecondPerson: true });
  await expect(liftLegalHold(ntd.deps)(wish(), ann)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect(await liftLegalHold(ntd.deps)(wish(), pia)).toMatchObject({
    waitsForSecondPerson: false,
    case: { legalHold: { liftReason: "acquitted", liftProposedBy: "assessor/ann", liftedBy: "police/pia" } },
  });
  await addNote(ntd.deps)({ requestId: randomUUID(), caseId, text: "later" }, ann);
  const file = await ntd.caseOf(1);
  expect([file?.notes?.[0]?.text.keyId, file?.target?.address?.keyId]).toEqual(["2020-01", "held-2020-01"]);
  await complain(ntd, "later", "target-1");
  await keepAllReviews(ntd.deps);
  expect(await textKey(ntd, "later")).toBe("2020-01");
});
