import { randomUUID } from "node:crypto";
import { decisionInForce } from "@ntd/facts";
import { SetStayResponse } from "@ntd/proto/casework/v1/stay_service";
import { expect, test } from "vitest";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { liftStay } from "../src/stays/rpc-lift-stay.ts";
import { setStay } from "../src/stays/rpc-set-stay.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { sha256 } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const [ann, ben, police] = ["assessor/ann", "assessor/ben", "police/pam"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;

async function illegal(): Promise<Handlers> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256()]));
  return ntd;
}

const order = (change = {}) => {
  const typed = { court: " High Court ", reference: "HC 1/26", reason: "interim order" };
  return { requestId: randomUUID(), caseId, ...typed, ...change };
};
const lift = () => ({ requestId: randomUUID(), caseId, reason: "the appeal failed" });

test("two persons type a stay: the decision is not in force until two persons lift it", async () => {
  await using ntd = await illegal();
  const first = order();
  const asked = await setStay(ntd.deps)(first, ann);
  expect(asked).toMatchObject({ waitsForSecondPerson: true, case: { stay: { court: "High Court", setBy: "" } } });
  await expect(setStay(ntd.deps)(order(), ann)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const set = await setStay(ntd.deps)(order(), ben);
  expect(set).toMatchObject({ waitsForSecondPerson: false, case: { stay: { setBy: "assessor/ben" } } });
  const again = await setStay(ntd.deps)(first, ann);
  expect(SetStayResponse.encode(again).finish()).toEqual(SetStayResponse.encode(asked).finish());
  const told = await ntd.told(1);
  expect(told && decisionInForce(told)).toBeUndefined();
  expect(told?.doubt).toMatchObject({ cause: "DOUBT_CAUSE_STAY", lasting: true });
  expect(await liftStay(ntd.deps)(lift(), ben)).toMatchObject({ waitsForSecondPerson: true });
  expect(await liftStay(ntd.deps)(lift(), ann)).toMatchObject({
    waitsForSecondPerson: false,
    case: { stay: { liftReason: "the appeal failed", liftedBy: "assessor/ann" }, case: { doubt: undefined } },
  });
  expect((await ntd.verbs(1)).slice(-2)).toEqual(["updated", "updated"]);
});

test("why it is stayed is for assessors; a proposal is seen before it is set", async () => {
  await using ntd = await illegal();
  await setStay(ntd.deps)(order(), ann);
  const seenBy = async (who: Ctx) => (await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, who)).case;
  expect((await seenBy(police))?.stay).toMatchObject({ proposedBy: "assessor/ann", reason: "" });
  expect((await seenBy(ben))?.stay).toMatchObject({ reason: "interim order" });
});

test("a stay is refused by name without court, reference or reason", async () => {
  await using ntd = await illegal();
  const refused = (change: object) => expect(setStay(ntd.deps)(order(change), ann)).rejects;
  await refused({ court: " ", reference: "x".repeat(201) }).toMatchObject({
    fields: [{ field: "court" }, { field: "reference" }],
  });
  await refused({ reason: "" }).toMatchObject({ fields: [{ field: "reason" }] });
  await expect(liftStay(ntd.deps)(lift(), ann)).rejects.toMatchObject({ reason: "WRONG_STATE" });
});
