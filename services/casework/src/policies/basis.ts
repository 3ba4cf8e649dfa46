import type { Hit } from "@ntd/proto/matching/v1/match";

/** The hit that a machine decided by, as its decision's basis says it. */
export function basisOf(hit: Hit): string {
  const { algorithm, distance, threshold, rendition, setId, releaseId, entryId, votes } = hit;
  const name = algorithm.replace("ALGORITHM_", "");
  const within = rendition === undefined ? "" : ` in ${rendition}`;
  const near = `${name} distance ${distance} of ${threshold}${within}`;
  return `${near}; set ${setId}, release ${releaseId}, entry ${entryId}, votes ${votes}`;
}

/** The hit that an automatic decision's basis names; undefined when it cannot be read. */
export function hitInBasis(basis: string): Pick<Hit, "setId" | "entryId" | "algorithm" | "releaseId"> | undefined {
  const [, name, setId, releaseId, entryId] =
    /^(\w+) distance .*; set (.+), release (.*), entry (.+), votes \d+$/.exec(basis) ?? [];
  if (name === undefined || setId === undefined || entryId === undefined) return undefined;
  return { setId, entryId, algorithm: `ALGORITHM_${name}` as Hit["algorithm"], releaseId: releaseId ?? "" };
}
