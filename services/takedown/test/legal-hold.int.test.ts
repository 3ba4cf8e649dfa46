import { sealer } from "@ntd/service";
import { change } from "@ntd/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepAll } from "../src/dispatches/every-hour-keep.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import type { Notice } from "../src/notices/notice.ts";
import { envelopeOf, revisedOf } from "../src/notices/payload.ts";
import { addProvider, decidedCase, openTestDeps } from "./deps.ts";
import { at } from "./examples.ts";

const url = "https://pictures.alpha.example/1";
const keys = new Map(["2020-01", "held-2020-01"].map((id) => [id, new Uint8Array(32).fill(id.length)]));
const legalHold = { sinceTime: at(1), liftedTime: undefined };

let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeEach(async () => {
  deps = { ...(await openTestDeps()), sealer: sealer(keys) };
  await addProvider(deps, "alpha", "alpha.example");
});
afterEach(() => deps[Symbol.asyncDispose]());

const tell = (version: number, said = {}) => onCase(deps)(decidedCase(deps, url, version, said));
const found = async () => {
  const [notice] = await deps.notices.find({ where: { caseId: "case-1" }, orderBy: "issuedTime", limit: 9 });
  if (notice === undefined) throw new Error("there is no notice");
  return notice.state;
};
async function keyIds() {
  const { signed, targets, dispatchId } = await found();
  const dispatch = await deps.dispatches.load(dispatchId);
  return [signed.payload.keyId, targets[0]?.address.keyId, dispatch?.state.address.keyId];
}
const kept = ["held-2020-01", "held-2020-01", "held-2020-01"];
const plain = ["2020-01", "2020-01", "2020-01"];

test("a case under a legal hold has its dispatch and notice kept, with the bytes that were signed, once", async () => {
  await tell(1);
  expect(await keyIds()).toEqual(plain);
  const { signed, noticeId } = await found();
  const bytes = envelopeOf(deps.sealer, await found()).payload;
  await tell(2, { legalHold });
  expect(await keyIds()).toEqual(kept);
  const after = await deps.notices.load(noticeId);
  expect(envelopeOf(deps.sealer, await found()).payload).toEqual(bytes);
  expect(after?.state.signed.signature).toBe(signed.signature);
  await tell(3, { legalHold, reportCount: 7 });
  await keepAll(deps);
  expect((await deps.notices.load(noticeId))?.version).toBe(after?.version);
});

test("a notice that is made of a case under a legal hold is kept from the beginning", async () => {
  await tell(1, { legalHold });
  expect(await keyIds()).toEqual(kept);
});

test("what is written of it later is kept by the loop, and no longer once it is lifted", async () => {
  await tell(1, { legalHold });
  const revise = async () => {
    const { noticeId } = await found();
    const { signed } = await revisedOf(deps, await found(), at(9));
    await change(
      deps.notices,
      noticeId,
      (state): { state: Notice } | undefined => state && { state: { ...state, signed } },
    );
  };
  await revise();
  expect((await keyIds())[0]).toBe("2020-01");
  await keepAll(deps);
  expect(await keyIds()).toEqual(kept);
  await tell(2, { legalHold: { ...legalHold, liftedTime: at(9) } });
  await revise();
  await keepAll(deps);
  expect((await keyIds())[0]).toBe("2020-01");
});
