import { listPage } from "@ntd/host";
import type {
  CheckUse as CheckUseMessage,
  ListCheckUsesRequest,
  ListCheckUsesResponse,
} from "@ntd/proto/matching/v1/check_service";
import type { Collections } from "../store.ts";
import type { CheckUse } from "./check-use.ts";
import { Distinct } from "./distinct.ts";

/** Who asked how much on which day, the newest first. */
export function listCheckUses({ checkUses }: Pick<Collections, "checkUses">) {
  return async (request: ListCheckUsesRequest): Promise<ListCheckUsesResponse> => {
    const orderBy = request.onlyAlarms ? "alarmedDay" : "day";
    const where = request.onlyAlarms ? { alarmedDay: { gte: new Date(0) } } : {};
    const query = { where, orderBy, descending: true } as const;
    const { documents, nextPageToken } = await listPage(checkUses, request, query, ({ day }) => day);
    return { uses: documents.map(({ state }) => toCheckUse(state)), nextPageToken };
  };
}

function toCheckUse(use: CheckUse): CheckUseMessage {
  const { person, day, calls, hashes, known, notJudged, refusedCalls, alarms } = use;
  return {
    identity: person,
    day,
    calls: BigInt(calls),
    hashes: BigInt(hashes),
    known: BigInt(known),
    notJudged: BigInt(notJudged),
    refusedCalls: BigInt(refusedCalls),
    alarms: alarms.map(({ alarm, first, last }) => ({ alarm, firstTime: first, lastTime: last })),
    different: BigInt(new Distinct(use.differentAsked).count),
    differentKnown: BigInt(new Distinct(use.differentKnown).count),
  };
}
