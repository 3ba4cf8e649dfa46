import type { RevocationCause } from "@ntd/proto/common/v1/common";
import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { entryIds, idTexts } from "../entries/entry-id.ts";
import { PackedIds } from "../entries/packed-ids.ts";
import { removeAll } from "../entries/store-entries.ts";
import { CAUSES } from "../formats/entry-told.ts";
import { newRevocation } from "../revocations/revocation.ts";
import { freezeIds, frozenIds } from "../revocations/store-revocations.ts";
import { loadSet } from "../sets/load-set.ts";
import { finishRevocation } from "../sets/take-effect.ts";
import { takesBackIn, type ReleaseState, type Tombstones } from "./release.ts";
import type { ReadEntry } from "../reading/release-reader.ts";

/** More of them are no release: they are revoked by themselves. */
const MOST = 100_000;

/** More entries are not removed by a delta: the list is uploaded whole. */
const MOST_REMOVED = 1_000_000;

/** Collects the lines of an upload that take entries back, by their causes, and those that remove some in a delta. */
export class TombstoneLines {
  /** Ids of what is removed, each line's. */
  readonly removed = new PackedIds();
  readonly #idOf: ReturnType<typeof entryIds>;
  readonly #ids = new Map<RevocationCause, Set<string>>();
  #count = 0;

  constructor(setId: string) {
    this.#idOf = entryIds(setId);
  }

  /** Takes its lines out; the rest are entries. */
  take(lines: readonly ReadEntry[]): ReadEntry[] {
    for (const { revoked, removed, algorithm, value } of lines) {
      if (removed === true) {
        if (this.removed.count >= MOST_REMOVED) throw tooManyRemoved();
        this.removed.add(this.#idOf(algorithm, value));
      }
      if (revoked === undefined) continue;
      if (++this.#count > MOST) throw tooManyTakenBack();
      const ids = this.#ids.get(revoked) ?? new Set();
      this.#ids.set(revoked, ids.add(idTexts(this.#idOf(algorithm, value))[0] ?? ""));
    }
    return lines.filter(({ revoked, removed }) => revoked === undefined && removed === undefined);
  }

  /** Lines that take entries back. */
  get count(): number {
    return this.#count;
  }

  /** Freezes the ids before the release names them, the same ones however often it is begun. */
  async freeze(deps: Pick<Deps, "revoked">, part: string): Promise<Tombstones[]> {
    const frozen: Tombstones[] = [];
    for (const [cause, ids] of this.#ids) {
      const own = frozenUnder(part, cause);
      await freezeIds(deps, own, [...ids]);
      frozen.push({ cause, part: own, count: ids.size });
    }
    return frozen;
  }
}

function frozenUnder(part: string, cause: RevocationCause): string {
  return derivedId("tombstones", part, cause);
}

/** Removes what an attempt froze under its part that came to nothing; false when `stop` aborts before. */
export async function removeTombstones(
  { revoked }: Pick<Deps, "revoked">,
  part: string,
  stop: AbortSignal,
): Promise<boolean> {
  const parts = Array.from(CAUSES.values(), (cause) => frozenUnder(part, cause));
  return removeAll(revoked, { part: { in: parts } }, stop);
}

function tooManyTakenBack(): Problem {
  return new Problem(
    "TOO_LARGE",
    `More than ${MOST} lines take entries back; revoke those by themselves, some at a time.`,
  );
}

function tooManyRemoved(): Problem {
  return new Problem("TOO_LARGE", `More than ${MOST_REMOVED} lines remove entries; upload the list whole.`);
}

/**
 * Takes back what an approved release says: the two who uploaded and approved it are whose word it is. Whoever is ended
 * in between leaves it to the loop; the revocations are the same ones then. What was taken back already when it was
 * approved is none of its doing: given back since, it stays so.
 */
export async function takeBack(
  deps: Pick<Deps, "sets" | "releases" | "revocations" | "revoked" | "revokedIn" | "clock">,
  release: ReleaseState,
): Promise<void> {
  const { releaseId, setId, uploadedBy, stage } = release;
  if (stage.name !== "approved" || takesBackIn(release) === undefined) return;
  for (const tombstones of stage.tombstones ?? []) {
    const { cause } = tombstones;
    const { part, count } = await freshOf(deps, setId, tombstones, stage.approvedCounter);
    if (count === 0) continue;
    const revocationId = derivedId("revocation", releaseId, cause);
    const reason = `taken back by release ${releaseId}`;
    const asked = { revocationId, setId, reason, cause, requestedBy: uploadedBy, requestedTime: stage.approvedTime };
    const alreadyRevoked = tombstones.count - count;
    const counts = { digest: stage.digest, part, entryCount: count, alreadyRevoked, persons: 2 as const };
    const approval = { by: stage.approvedBy, time: stage.approvedTime, requestId: releaseId };
    const state = { ...newRevocation({ ...asked, ...counts }, 0), stage: { name: "approved", approval } as const };
    await deps.revocations.insert(revocationId, state);
    await finishRevocation(deps, state);
  }
  await change(deps.releases, releaseId, (now) => now && { state: { ...now, tookBack: true as const } });
}

// Read as the set was, so that it is the same however often it is begun.
async function freshOf(
  deps: Pick<Deps, "sets" | "revoked" | "revokedIn">,
  setId: string,
  all: Tombstones,
  counter: number | undefined,
): Promise<Pick<Tombstones, "part" | "count">> {
  if (counter === undefined) return all;
  const { state: set } = await loadSet(deps, setId);
  const ids = idTexts(await frozenIds(deps, all.part));
  const gone = (await deps.revokedIn(set, counter)).among(ids);
  if (gone.size === 0) return all;
  const fresh = ids.filter((id) => !gone.has(id));
  const part = derivedId("taken-back", all.part, counter);
  await freezeIds(deps, part, fresh);
  return { part, count: fresh.length };
}
