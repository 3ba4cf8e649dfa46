import { counter } from "@ntd/service";

const releases = counter("ntd_hashlists_releases", "Releases of hash sets, by what became of them.");

export function countRelease(outcome: "validated" | "rejected" | "activated"): void {
  releases({ outcome });
}
