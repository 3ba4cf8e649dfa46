import type { WasNoticedRequest, WasNoticedResponse } from "@ntd/proto/takedown/v1/disclosure_service";
import type { Deps } from "../deps.ts";

/** A case's notices are few; beyond these nobody is told more. */
const MOST = 200;

/** Whether a provider that the identity speaks for was sent a notice about the case: it knows of it then. */
export function wasNoticed({ notices, directory }: Pick<Deps, "notices" | "directory">) {
  return async ({ identity, caseId }: WasNoticedRequest): Promise<WasNoticedResponse> => {
    await directory.refresh();
    const providers = new Set(directory.providersOf(identity));
    if (providers.size === 0 || caseId === "") return { noticed: false };
    const found = await notices.find({ where: { caseId }, orderBy: "issuedTime", limit: MOST });
    return {
      noticed: found.some(({ state }) => state.offeredTime !== undefined && providers.has(state.providerId)),
    };
  };
}
