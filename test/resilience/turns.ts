import { numbers } from "../numbers.ts";

/** What changes. `authority` and `deny-list` do so in steps. */
export type Turn =
  | { what: "trust both" | "sign with the new" | "trust the new alone" }
  | { what: "identity"; of: string }
  | { what: "sealing keys" | "signing keys" | "deny" | "pardon" };

/**
 * Everything that can change, once each and the same for the same seed: the authority in three steps, every identity between
 * the second and the third, keys in the first half, so that they are used, and nobody is pardoned before being denied.
 */
export function turnsOf(seed: number, identities: readonly string[]): Turn[] {
  const next = numbers(seed);
  const shuffled = <T>(items: readonly T[]) =>
    items
      .map((item) => ({ item, key: next() }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const renewals = shuffled(identities).map((of): Turn => ({ what: "identity", of }));
  const turns: Turn[] = [{ what: "trust both" }, { what: "sign with the new" }, ...renewals];
  turns.push({ what: "trust the new alone" });
  const put = (turn: Turn, from: number, to: number) => {
    turns.splice(from + Math.floor(next() * (to + 1 - from)), 0, turn);
  };
  const half = Math.floor(turns.length / 2);
  put({ what: "sealing keys" }, 0, half);
  put({ what: "signing keys" }, 0, half);
  put({ what: "deny" }, 0, turns.length);
  put({ what: "pardon" }, turns.findIndex(({ what }) => what === "deny") + 1, turns.length);
  return turns;
}
