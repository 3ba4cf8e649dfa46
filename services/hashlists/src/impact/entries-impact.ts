import type { AssessEntriesResponse } from "@ntd/proto/casework/v1/list_impact_service";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { EntriesImpact } from "@ntd/proto/hashlists/v1/impact";
import type { Deps } from "../deps.ts";
import { ID_BYTES } from "../entries/entry-id.ts";
import type { RevocationState } from "../revocations/revocation.ts";
import { ASKED_MS, ifAnswered } from "./peers.ts";

/** Some entries of a set, and the cause with which they are taken back. */
export interface Touched {
  setId: string;
  /** One behind the other. */
  ids: Uint8Array;
  cause: RevocationCause;
}

/** What a revocation touches. What gives entries back topples nothing: it is asked with a cause that does not. */
export function touchedBy({ setId, cause, restores }: RevocationState, ids: Uint8Array): Touched {
  const asked = restores === true ? "REVOCATION_CAUSE_DUPLICATE" : (cause ?? "REVOCATION_CAUSE_UNSPECIFIED");
  return { setId, ids, cause: asked };
}

/** What stands on these entries now; undefined: not known. */
export async function entriesImpact(
  { casework, clock, log }: Pick<Deps, "casework" | "clock" | "log">,
  { setId, ids, cause }: Touched,
  signal?: AbortSignal,
): Promise<EntriesImpact | undefined> {
  if (casework === undefined) return undefined;
  const asked = { setId, entryIds: ids, cause };
  const answer = await ifAnswered(log, () =>
    casework.assessEntries(asked, { deadline: ASKED_MS, ...(signal && { signal }) }),
  );
  return answer && toImpact(answer, ids.length / ID_BYTES, clock.now());
}

function toImpact(answer: AssessEntriesResponse, asked: number, assessedTime: Date): EntriesImpact {
  const { notices, ...numbers } = answer;
  return {
    ...numbers,
    assessedTime,
    askedEntryCount: BigInt(asked),
    ...(notices && {
      liveNoticeCount: notices.liveCount,
      fallingNoticeCount: notices.fallingCount,
      suspendedNoticeCount: notices.suspendedCount,
      withdrawnNoticeCount: notices.withdrawnCount,
      restoredNoticeCount: notices.restoredCount,
      noticedEntryCount: notices.noticedEntryCount,
    }),
  };
}
