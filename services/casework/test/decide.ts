import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { caseIdOf } from "../src/store.ts";
import { claimed, decided } from "../src/claims/claim.ts";
import { heldBack } from "../src/queue/hold-back.ts";
import { writeCase } from "../src/cases/write-case.ts";
import type { Handlers } from "./bed.ts";

/** An assessor claims the case of an episode and decides it. */
export async function decide(
  ntd: Handlers,
  verdict: "VERDICT_ILLEGAL" | "VERDICT_NOT_ILLEGAL",
  episode = 1,
  decisionId = "by ann",
): Promise<void> {
  const now = ntd.clock.now();
  const made = {
    verdict,
    decidedBy: "assessor/ann",
    decidedTime: now,
    classifications: [],
    basis: "",
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
    reason: undefined,
  };
  await writeCase(ntd.deps, caseIdOf("target-1", episode), (file) => {
    const held = file && claimed(file, "assessor/ann", now, 1000);
    if (held === undefined || "refused" in held) throw new Error("could not claim");
    const done = decided(held, "assessor/ann", held.evidenceRevision, { ...made, decisionId }, now);
    if ("refused" in done) throw new Error("could not decide");
    return heldBack(held, done, now, 0);
  });
}
