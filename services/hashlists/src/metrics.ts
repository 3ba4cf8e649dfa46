import { counter } from "@ntd/service";

const releases = counter("ntd_hashlists_releases", "Releases of hash sets, by what became of them.");

export function countRelease(outcome: "validated" | "rejected" | "activated"): void {
  releases({ outcome });
}

const revoked = counter("ntd_hashlists_revoked_entries", "Entries of hash sets that were taken back.");
const restored = counter("ntd_hashlists_restored_entries", "Entries of hash sets that were given back.");

export function countRevoked(entries: number): void {
  revoked({}, entries);
}

export function countRestored(entries: number): void {
  restored({}, entries);
}
