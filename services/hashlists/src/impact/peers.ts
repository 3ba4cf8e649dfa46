import { ListImpactServiceService as CaseworkService } from "@ntd/proto/casework/v1/list_impact_service";
import { ListImpactServiceService as MatchingService } from "@ntd/proto/matching/v1/list_impact_service";
import type { Opening } from "@ntd/host";
import type { RpcClient } from "@ntd/rpc";
import { Problem, type Logger } from "@ntd/service";
import type { HashlistsConfig } from "../config.ts";

/** Who knows what has followed from a list, and what would. Undefined: is not asked, and nothing of it is known. */
export interface Peers {
  casework:
    | Pick<RpcClient<typeof CaseworkService>, "assessEntries" | "assessPolicy" | "listConflicts" | "hasSeen">
    | undefined;
  matching: Pick<RpcClient<typeof MatchingService>, "assessAdded"> | undefined;
}

/** So long casework may take: it reads ten thousand cases. */
export const ASKED_MS = 25_000;

export function peersOf(
  { caseworkAddress, matchingAddress }: HashlistsConfig,
  peer: Opening<HashlistsConfig>["peer"],
): Peers {
  return {
    casework: caseworkAddress === "" ? undefined : peer(CaseworkService, { address: caseworkAddress }),
    matching: matchingAddress === "" ? undefined : peer(MatchingService, { address: matchingAddress }),
  };
}

/** What was answered; undefined where nobody did, for whatever reason: a figure is then not known, and nothing waits. */
export async function ifAnswered<T>(log: Logger, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    log.warn({ reason: Problem.from(error).reason }, "what would follow is not known");
    return undefined;
  }
}
