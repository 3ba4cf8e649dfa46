import type { ListRefusedRowsRequest, ListRefusedRowsResponse } from "@ntd/proto/hashlists/v1/upload_service";
import { listScope, pageSize, pageToken, readPageToken, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { loadRelease } from "../releases/load-release.ts";
import { toLineProblem } from "../releases/release-message.ts";
import { refusedOf } from "../releases/release.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { FAULTS_IN_ONE } from "./refused-rows.ts";

/** Every fault of a release's file. */
export function listRefusedRows(deps: Pick<Deps, "sets" | "releases" | "refused">) {
  return async (request: ListRefusedRowsRequest, context: CallContext): Promise<ListRefusedRowsResponse> => {
    const { state: release } = await loadRelease(deps, request.releaseId);
    await loadSetFor(deps, release.setId, context, "see");
    const scope = listScope(request, "");
    const { size, after } = gather({
      size: () => pageSize(request.pageSize),
      after: () => readPageToken(request.pageToken, scope),
    });
    const { stage } = release;
    if (!("refusedIn" in stage) || stage.refusedIn === undefined) return { rows: [], nextPageToken: "" };
    // Behind a document, and so many faults of the next one.
    const passed = Number(after?.value ?? 0);
    const behind = after === undefined || after.id === "" ? {} : { after: { id: after.id } };
    const where = { part: refusedOf(stage.refusedIn) };
    const documents = await deps.refused.find({ where, ...behind, limit: Math.ceil(size / FAULTS_IN_ONE) + 2 });
    const all = documents.flatMap(({ id, state }) => state.faults.map((fault, i) => ({ fault, id, i })));
    const page = all.slice(passed, passed + size);
    const next = all[passed + size];
    if (next === undefined) return { rows: page.map(({ fault }) => toLineProblem(fault)), nextPageToken: "" };
    const before = documents[documents.findIndex(({ id }) => id === next.id) - 1]?.id ?? after?.id ?? "";
    const nextPageToken = pageToken({ id: before, value: next.i }, scope);
    return { rows: page.map(({ fault }) => toLineProblem(fault)), nextPageToken };
  };
}
