import { ID_BYTES, idBytes, idTexts } from "../entries/entry-id.ts";
import type { Standing, Told } from "./standing.ts";

/** What a set told last of how its entries stand, until each entry's own document notes it, and as long as nothing newer is. */
export interface ToldStandings {
  counter: number;
  /** 16 bytes each. */
  ids: Uint8Array;
  /** 32 bits each, the low byte first. */
  leastVotes: Uint8Array;
  flags: Uint8Array;
}

const [DISPUTED, DISABLED] = [1, 2];

export function packed(counter: number, standings: readonly { entryId: string; standing: Standing }[]): ToldStandings {
  const leastVotes = Buffer.alloc(standings.length * 4);
  for (const [i, { standing }] of standings.entries()) leastVotes.writeUInt32LE(standing.leastVotes, i * 4);
  const flags = standings.map(
    ({ standing: { disputed, disabled } }) => (disputed ? DISPUTED : 0) + (disabled ? DISABLED : 0),
  );
  return {
    counter,
    ids: Uint8Array.from(idBytes(standings.map(({ entryId }) => entryId))),
    leastVotes: Uint8Array.from(leastVotes),
    flags: Uint8Array.from(flags),
  };
}

export function unpacked({ counter, ids, leastVotes, flags }: ToldStandings): Map<string, Told> {
  const votes = new DataView(leastVotes.buffer, leastVotes.byteOffset, leastVotes.byteLength);
  const texts = ids.byteLength === 0 ? [] : idTexts(ids.subarray(0, flags.length * ID_BYTES));
  return new Map(
    texts.map((entryId, i) => {
      const flag = flags[i] ?? 0;
      const [disputed, disabled] = [(flag & DISPUTED) > 0, (flag & DISABLED) > 0];
      return [entryId, { counter, leastVotes: votes.getUint32(i * 4, true), disputed, disabled }];
    }),
  );
}
