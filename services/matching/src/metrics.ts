import { counter } from "@ntd/service";

const matches = counter("ntd_matching_matches", "Matches that were told, by whether anything was found.");

export function countSearch(outcome: "found" | "none"): void {
  matches({ outcome });
}
