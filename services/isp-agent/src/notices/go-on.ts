import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { handleSoon } from "../handling/every-moment-handle.ts";
import type { Notice } from "./notice.ts";
import { acknowledge, answerSoon } from "./tell.ts";

/** Acknowledges a revision, and begins at once what there is to do for it; what does not begin is found by the loops. */
export async function acknowledgeAndGoOn(deps: Deps, kept: Document<Notice>, revision: number): Promise<void> {
  const taken = await acknowledge(deps, kept, revision);
  handleSoon(deps, taken);
  // What was handled before this call is being answered already.
  if (kept.state.progress.is === "received") answerSoon(deps, taken);
}
