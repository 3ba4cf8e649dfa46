import { counter } from "@ntd/service";
import type { FaultName } from "./connectors/fault.ts";
import type { ReadPage } from "./pulls/range.ts";

const pulls = counter("ntd_exchange_pulls", "Pulls of lists of partners, by how they ended.");

export function countPull(outcome: "pulled" | FaultName): void {
  pulls({ outcome });
}

const feedback = counter("ntd_exchange_feedback", "What was said to partners of an entry, by what became of it.");

export function countFeedback(outcome: "sent" | "refused" | FaultName): void {
  feedback({ outcome });
}

const pages = counter("ntd_exchange_pages", "Pages of lists of partners that came.");
const listed = counter("ntd_exchange_entries", "What pages of partners told: entries, and what was taken back.");

export function countPages({ entries, tombstones }: ReadPage): void {
  pages();
  listed({ what: "entry" }, entries);
  listed({ what: "tombstone" }, tombstones);
}
