import type { ExportFormat } from "@ntd/proto/hashlists/v1/set_view_service";

/** That somebody carried a release away: noted before the first byte goes. It never changes. */
export interface ExportState {
  schemaVersion: 1;
  setId: string;
  releaseId: string;
  entryCount: number;
  format: ExportFormat;
  by: string;
  time: Date;
}
