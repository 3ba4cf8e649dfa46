import { Problem } from "@ntd/service";
import type { TellHoldsRequest } from "@ntd/proto/takedown/v1/holding_service";
import type { Deps } from "../src/deps.ts";
import type { Handlers } from "./bed.ts";

/** What casework asks of other services, as a test has them answer. */
export function fakeMatching(): Pick<Handlers, "listed" | "resembles"> & Pick<Deps, "matching" | "resemblance"> {
  const listed: Handlers["listed"] = { hits: [] };
  const matching: Deps["matching"] = {
    async lookup() {
      if (listed.hits === undefined) throw new Problem("PEER_UNAVAILABLE");
      return { hits: listed.hits, nearMisses: [] };
    },
  };
  const resembles: Handlers["resembles"] = { similar: [] };
  const resemblance: Deps["resemblance"] = {
    async findSimilar({ targetId, maxDistance, maxCount }) {
      if (resembles.similar === undefined) throw new Problem("PEER_UNAVAILABLE");
      const all = resembles.similar.filter((one) => one.targetId !== targetId && one.distance <= maxDistance);
      return { similar: all.slice(0, maxCount), isCut: all.length > maxCount, isComparable: true };
    },
  };
  return { listed, matching, resembles, resemblance };
}

/** Every case has one notice that lives, unless takedown does not answer. */
export function fakeNotices(left: Handlers["left"]): Deps["notices"] {
  return {
    async countNotices({ caseIds }) {
      if (left.notices === undefined) throw new Problem("PEER_UNAVAILABLE");
      const one = { liveCount: 1, suspendedCount: 0, withdrawnCount: 0, restoredCount: 0 };
      return { cases: caseIds.map(() => one) };
    },
  };
}

export function fakeHolding(left: Handlers["left"]): Deps["holding"] {
  return {
    async tellHolds(request) {
      if (left.notices === undefined) throw new Problem("PEER_UNAVAILABLE");
      left.told = request as TellHoldsRequest;
      return { left: left.notices };
    },
  };
}
