import { expect, test } from "vitest";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { openTestDeps } from "./deps.ts";
import { aDispatch, anAddressee, aNotice, at } from "./examples.ts";
import { readSchemes } from "@ntd/schemes";
import { sealAddress } from "@ntd/service";
import { envelopeOf, revisedOf, signedOf } from "../src/notices/payload.ts";
import { published } from "../src/notices/publish.ts";

const YEAR = { seconds: 31_536_000n, nanos: 0 };
const url = "https://pictures.alpha.example/1";

async function preservation(preserveMs: number) {
  await using deps = await openTestDeps();
  const dispatch = aDispatch({ address: sealAddress(deps.sealer, { original: url, fetch: url, key: url }, at(0)) });
  const signed = await signedOf(deps, dispatch, anAddressee, { now: at(0), observedTime: undefined, preserveMs });
  const sent = aNotice({ offeredTime: at(1), signed, ...(preserveMs > 0 && { preserveForMs: preserveMs }) });
  const of = (notice: typeof sent) => NoticePayload.decode(envelopeOf(deps.sealer, notice).payload).preserveFor;
  const doubt = { suspendedTime: at(2), cause: "DOUBT_CAUSE_REOPENED" as const, doubtSince: at(2), revision: 0 };
  const suspended = await revisedOf(deps, { ...sent, suspensions: [doubt] }, at(3));
  const withdrawn = { time: at(4), decisionId: "decision-2" };
  const restoring = await revisedOf(deps, { ...sent, withdrawn }, at(5));
  const told = { ...sent, revision: 2, withdrawn, revisions: [{ ...restoring, madeTime: at(5), replaced: signed }] };
  return {
    first: of(sent),
    suspended: of({ ...sent, signed: suspended.signed }),
    restoring: of({ ...sent, signed: restoring.signed }),
    published: [sent, { ...sent, withdrawn }, told].map((notice) => published(notice).preserveFor),
  };
}

test("a notice asks to preserve, a revision that tells to wait too, and one that asks to restore no more", async () => {
  expect(await preservation(31_536_000_000)).toEqual({
    first: YEAR,
    suspended: YEAR,
    restoring: undefined,
    published: [YEAR, YEAR, undefined],
  });
});

test("where policy asks for none, none is asked", async () => {
  const none = { first: undefined, suspended: undefined, restoring: undefined };
  expect(await preservation(0)).toEqual({ ...none, published: [undefined, undefined, undefined] });
});

test("what other schemes say of its class is in what is signed, and in every revision", async () => {
  await using deps = await openTestDeps();
  deps.schemes = readSchemes(new URL("../../../deploy/schemes", import.meta.url).pathname, "", "TAKEDOWN");
  const address = sealAddress(deps.sealer, { original: url, fetch: url, key: url }, at(0));
  const classifications = [
    { scheme: "interpol-baseline", version: "1", code: "BASELINE" },
    // Of these nothing verified is said.
    { scheme: "ncmec", version: "1", code: "A2" },
    { scheme: "national-example", version: "1", code: "A1" },
  ];
  const dispatch = aDispatch({ address, classifications });
  const signed = await signedOf(deps, dispatch, anAddressee, { now: at(0), observedTime: undefined, preserveMs: 0 });
  const sent = aNotice({ offeredTime: at(1), signed });
  const withdrawn = { time: at(4), decisionId: "decision-2" };
  const restoring = await revisedOf(deps, { ...sent, withdrawn }, at(5));
  for (const one of [sent, { ...sent, signed: restoring.signed }]) {
    const payload = NoticePayload.decode(envelopeOf(deps.sealer, one).payload);
    expect(payload.classifications).toEqual(classifications);
    expect(payload.neighbours).toMatchObject([
      {
        of: classifications[0],
        neighbour: { scheme: "iccam", version: "1", code: "BASELINE" },
        relation: "CLASSIFICATION_RELATION_EQUAL",
        loses: [],
      },
    ]);
  }
});
