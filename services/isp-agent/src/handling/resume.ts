import { change } from "@ntd/store";
import { resumed } from "../notices/notice.ts";
import { killHandlersOf } from "./orphans.ts";
import type { Notices } from "../store.ts";

const PAGE = 100;

/** Before anything else runs: what the last process left in the middle has its turn again. */
export async function resumeAll(notices: Notices, now: Date): Promise<void> {
  while (true) {
    const left = await notices.find({ where: { state: { in: ["handling", "needs_person"] } }, limit: PAGE });
    if (left.length === 0) return;
    await killHandlersOf(new Set(left.map((notice) => notice.id)));
    for (const { id } of left) await change(notices, id, (notice) => notice && { state: resumed(notice, now) });
  }
}
