import type { Hit } from "@ntd/proto/matching/v1/match";

type OfSet = Pick<Hit, "setRole">;

/** Whether the hit speaks against. A role that is not known here does so, too: a person will see. */
export function isNegative({ setRole }: OfSet): boolean {
  return !NOMINATES.has(setRole) && setRole !== "SET_ROLE_POSITIVE";
}

/** Whether a machine may decide by a hit of such a set, if the set and the match allow it: of a positive one alone. */
export function mayDecide({ setRole }: OfSet): boolean {
  return setRole === "SET_ROLE_POSITIVE";
}

/** Whether somebody lists it as abuse material: those who list, or the child who is in the picture. */
export function isListed({ setRole }: OfSet): boolean {
  return setRole === "SET_ROLE_POSITIVE" || setRole === "SET_ROLE_VICTIM_REPORTED";
}

/**
 * Whether a child said it of a picture of itself: anybody may say so of anything, by its hash alone and unseen. So it
 * nominates, before other cases; and since it is the child's own, it is told to nobody outside.
 */
export function isVictimReported({ setRole }: OfSet): boolean {
  return setRole === "SET_ROLE_VICTIM_REPORTED";
}

const NOMINATES: ReadonlySet<Hit["setRole"]> = new Set(["SET_ROLE_DERIVED", "SET_ROLE_VICTIM_REPORTED"]);
