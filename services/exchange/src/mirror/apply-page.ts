import { atOnce, derivedId } from "@ntd/service";
import { change } from "@ntd/store";
import type { ListedEntry } from "../ncmec/entries-page.ts";
import type { Collections } from "../store.ts";
import { told, type Fed } from "./listed.ts";

type Told = ListedEntry & { fed?: Fed };

const AT_ONCE = 64;
const FORGOTTEN_AT_ONCE = 1000;

export interface Within {
  connectorId: string;
  /** Names the range. */
  range: string;
  /** An entry that tells no time is as old as the range's end. */
  until: Date;
  /** All that the partner has is told in it. */
  isAll?: boolean;
}

/** Notes what the entries of a page say. Done again it changes nothing. */
export async function applyPage(
  { listed }: Pick<Collections, "listed">,
  entries: readonly Told[],
  within: Within,
): Promise<void> {
  // Of one that stands there twice the later one counts, whatever comes first.
  const byName = new Map<string, Told>();
  for (const entry of entries) {
    const name = derivedId("listed", within.connectorId, entry.member, entry.id);
    const other = byName.get(name);
    if (other?.time === undefined || entry.time === undefined || entry.time >= other.time) byName.set(name, entry);
  }
  // Most are new, and go in one write; whichever are there already are told apart one by one.
  const fresh = [...byName].flatMap(([id, entry]) => {
    const state = told(undefined, entry, within);
    return state === undefined ? [] : [{ id, state }];
  });
  const inserted = fresh.length === 0 ? 0 : await listed.insertMany(fresh);
  const isNew = new Set(inserted === fresh.length ? fresh.map(({ id }) => id) : []);
  const others = [...byName].filter(([id]) => !isNew.has(id));
  await atOnce(others, AT_ONCE, async ([id, entry]) => {
    await change(listed, id, (known) => {
      const state = told(known, entry, within);
      return state && { state };
    });
  });
}

/** Forgets what was taken back: whoever tells it again tells something new. */
export async function forgetGone({ listed }: Pick<Collections, "listed">, connectorId: string): Promise<void> {
  for (;;) {
    const where = { gone: connectorId };
    const { columns } = await listed.project({ where, limit: FORGOTTEN_AT_ONCE }, { id: "text" });
    if (columns.id.length === 0) return;
    await listed.remove(...columns.id);
  }
}
