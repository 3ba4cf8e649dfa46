import { Problem } from "@ntd/service";
import { MAX_ENTRIES } from "./revoke-request.ts";

/** @throws Problem FIELD_INVALID for more than one call takes. */
export function requireFew(count: number): void {
  if (count <= MAX_ENTRIES) return;
  const description = `${count} entries with all of their files; at most ${MAX_ENTRIES}: name fewer at a time`;
  throw Problem.fields({ field: "with_its_files", description });
}

/** What a request says of the other entries of its files, as its document keeps it. */
export function withFiles({ withItsFiles }: { withItsFiles?: boolean | undefined }): { withItsFiles?: true } {
  return withItsFiles === true ? { withItsFiles } : {};
}
