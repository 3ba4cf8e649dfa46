import type { ListReadingsRequest, ListReadingsResponse } from "@ntd/proto/operations/v1/reading_service";
import { requirePage } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import { listPage } from "../list-page.ts";
import type { Readings } from "./reading.ts";

/** Who opened what, newest first; of one case or one thing, of one reader, or both. */
export function listReadings(readings: Readings) {
  return async (request: ListReadingsRequest): Promise<ListReadingsResponse> => {
    const { caseId, reader, resource } = request;
    gather({ one: () => requireOne(request), page: () => requirePage(request) });
    const where = {
      ...(caseId !== "" && { caseId }),
      ...(resource !== "" && { resource }),
      ...(reader !== "" && { reader }),
    };
    const query = { where, orderBy: "readTime", descending: true } as const;
    const { documents, nextPageToken } = await listPage(readings, request, query, ({ readTime }) => readTime);
    return { readings: documents.map(({ state }) => state), nextPageToken };
  };
}

function requireOne({ caseId, resource }: ListReadingsRequest): void {
  if (caseId === "" || resource === "") return;
  throw Problem.fields({ field: "resource", description: "stands beside case_id; name one of them" });
}
