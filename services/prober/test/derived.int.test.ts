import type { Running } from "@ntd/host";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { connect } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { publishCase } from "./cases.ts";

let at: ProberBed;
let prober: Running;
beforeAll(async () => {
  at = await openProberBed();
  prober = await at.startProber();
});
afterAll(async () => {
  await prober[Symbol.asyncDispose]();
  await at[Symbol.asyncDispose]();
});

const made = {
  decisionId: "d",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: "assessor/ann",
  decidedTime: undefined,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  withdrawsDecisionId: "",
  confirmedBy: "",
} satisfies Decision;
const decide = (
  path: string,
  version: number,
  decision: { verdict?: Decision["verdict"]; decidedBy?: string; withdrawsDecisionId?: string },
) =>
  publishCase(at.bed, targetIdOf(path), version, undefined, {
    state: "CASE_STATE_DECIDED",
    decision: Object.assign({}, made, decision),
  });
const toldOf = async (path: string) => (await at.told(path)).map(({ data }) => data.derived);
const last = async (path: string) => (await toldOf(path)).at(-1);

test("what a picture would be after edits is told once a person has decided it illegal, and until that falls; before, nobody hears of it", async () => {
  at.pages.set("/own.jpg", "picture 1 1");
  await at.report("/own.jpg");
  await at.until("/own.jpg", "present");
  await decide("/own.jpg", 2, { decidedBy: "machine" });
  await decide("/own.jpg", 3, {});
  await eventually("it is told", async () => (await last("/own.jpg"))?.contents.length === 1);
  const told = await last("/own.jpg");
  expect(told).toEqual({
    contents: [
      { episode: 1, revision: 1, fingerprints: [{ edit: "crop 5 %", pdq: new Uint8Array(32).fill(101), quality: 90 }] },
    ],
  });
  // Of a machine's decision nothing had been told.
  expect((await toldOf("/own.jpg")).filter((derived) => derived !== undefined)).toHaveLength(1);
  const identityDir = await at.bed.identity("assessor", "ann");
  await using client = connect(ProbeServiceService, { address: prober.address, identityDir });
  const { target } = await client.getTarget({ targetId: targetIdOf("/own.jpg") });
  expect(target?.derived).toBeUndefined();
  await decide("/own.jpg", 4, { verdict: "VERDICT_NOT_ILLEGAL", withdrawsDecisionId: "d" });
  await eventually("it has fallen", async () => (await last("/own.jpg"))?.contents.length === 0);
  // One that lapses is in force again.
  await decide("/own.jpg", 5, {});
  await eventually("it is told again", async () => (await last("/own.jpg"))?.contents.length === 1);
});
