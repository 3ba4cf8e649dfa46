import { caused, isAlive } from "./case-view.ts";
import type { Deps } from "../deps.ts";
import type { Notice } from "../notices/notice.ts";
import { placeOf } from "../notices/withdrawal.ts";

const PAGE = 100;

/**
 * Another decision that stands, or may yet, asks this provider to keep the same address down: nobody is to put back what
 * was rightly removed. Each case is written before the others are read: of two that fall at once one sees the other.
 */
export async function isAskedByAnother({ notices, cases }: Deps, notice: Notice): Promise<boolean> {
  for await (const page of notices.pages({ where: { asksFor: placeOf(notice) } }, PAGE)) {
    for (const { state: other } of page) {
      if (other.dispatchId === notice.dispatchId) continue;
      const known = caused((await cases.load(other.caseId))?.state, other.dispatchId);
      if (known !== undefined && isAlive(known)) return true;
    }
  }
  return false;
}
