import type { Deps } from "../deps.ts";
import { getUpload } from "./rpc-get-upload.ts";
import { listRefusedRows } from "./rpc-list-refused-rows.ts";

/** What is served beside the upload itself. */
export function servedUploads(deps: Deps) {
  return { getUpload: getUpload(deps), listRefusedRows: listRefusedRows(deps) };
}
