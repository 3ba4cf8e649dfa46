import type { Caller } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { spokenFor } from "../providers/spoken-for.ts";
import type { Notice } from "./notice.ts";

/**
 * The notice, if the caller's provider was sent it.
 *
 * @throws Problem NOT_FOUND for another's notice and for one that has not left yet: nobody may learn that they exist;
 * IDENTITY_WITHOUT_PROVIDER.
 */
export async function ownNotice(deps: Deps, caller: Caller, noticeId: string): Promise<Notice> {
  await spokenFor(deps, caller.name);
  const notice = (await deps.notices.load(noticeId))?.state;
  if (notice?.offeredTime === undefined) throw new Problem("NOT_FOUND");
  if (!(await deps.directory.speaksFor(caller.name, notice.providerId))) throw new Problem("NOT_FOUND");
  return notice;
}
