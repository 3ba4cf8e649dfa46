import type { Case } from "@ntd/proto/casework/v1/case";
import type { RunCommand } from "./command-line.ts";

/** How long the officer of the demonstration asks for. */
const HELD_MS = 15_000;

/** An officer asks for a moment: no notice leaves, and the hold ends by itself. */
export async function holdForAMoment(run: RunCommand, { caseId }: Case): Promise<void> {
  const until = new Date(Date.now() + HELD_MS).toISOString();
  await run("police", "pam", "hold", "set", caseId, "--until", until, "--reason", "a search is under way");
}

/** An officer takes what police are told of a case, and says what came of it. */
export async function answerReferral(run: RunCommand, { caseId }: Case): Promise<void> {
  await run("police", "pam", "referral", "acknowledge", caseId, "--reference", "P 12/26");
  const said = ["--outcome", "child-safe", "--text", "the child is safe"];
  await run("police", "pam", "referral", "feedback", caseId, ...said);
}
