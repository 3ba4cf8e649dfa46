import type { ExportFormat } from "@ntd/proto/hashlists/v1/set_view_service";

/** That somebody carried a release away: noted before the first byte goes, and once it is whole how much it was. */
export interface ExportState {
  schemaVersion: 1;
  setId: string;
  releaseId: string;
  entryCount: number;
  /** Entries that the file has, and takes back; absent where it broke off, and of earlier releases. */
  written?: number;
  format: ExportFormat;
  by: string;
  time: Date;
}
