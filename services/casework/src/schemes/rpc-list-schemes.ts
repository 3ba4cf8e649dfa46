import type { ListSchemesResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { Deps } from "../deps.ts";

/** What a decision may name. */
export function listSchemes({ schemes }: Pick<Deps, "schemes">) {
  return async (): Promise<ListSchemesResponse> => {
    const { all, national } = schemes;
    return {
      schemes: all.map(({ codes, ...one }) => ({
        ...one,
        isNational: one.scheme === national,
        isForLists: false,
        source: "",
        codes: [...codes],
      })),
      neighbours: [],
    };
  };
}
