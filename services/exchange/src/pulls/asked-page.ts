import type { Fed } from "../mirror/listed.ts";
import type { ListedEntry } from "../ncmec/entries-page.ts";
import type { ReadPage } from "./range.ts";

/** A page that came, whoever sent it. */
export interface AskedPage {
  page: ReadPage;
  listed: readonly (ListedEntry & { fed?: Fed })[];
  /** What it has that nobody here knows. */
  unknown: readonly string[];
  /** As it came, where the whole list is brought so. */
  bytes: Uint8Array | undefined;
}
