import type { ListSchemesResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { Deps } from "../deps.ts";

/** What a decision may name. */
export function listSchemes({ schemes }: Pick<Deps, "schemes">) {
  return async (): Promise<ListSchemesResponse> => {
    const { all, national, neighbours } = schemes;
    return {
      schemes: all.map(({ codes, ...one }) => ({
        ...one,
        isNational: one.scheme === national,
        codes: codes.map((code) => {
          const urgency = schemes.urgencyOf({ scheme: one.scheme, version: one.version, code: code.code });
          return { ...code, ...(urgency !== undefined && { urgency }) };
        }),
      })),
      neighbours: [...neighbours],
    };
  };
}
