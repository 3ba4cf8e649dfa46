import { listPage } from "@ntd/host";
import type { ListReadingsRequest, ListReadingsResponse } from "@ntd/proto/casework/v1/reading_service";
import type { Deps } from "../deps.ts";

/** Who opened what, newest first; of one case, of one reader, or both. */
export function listReadings({ readings }: Pick<Deps, "readings">) {
  return async (request: ListReadingsRequest): Promise<ListReadingsResponse> => {
    const { caseId, reader } = request;
    const where = { ...(caseId !== "" && { caseId }), ...(reader !== "" && { reader }) };
    const query = { where, orderBy: "readTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(readings, request, query, ({ readTime }) => readTime);
    return { readings: documents.map(({ state }) => ({ reviewId: "", ...state })), nextPageToken };
  };
}
