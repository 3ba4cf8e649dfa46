import { FeedEntry, type FeedChange } from "@ntd/proto/feed/v1/feed_service";
import type { ShapedWatermark } from "./shaped-watermark.ts";

/** What is told of one watermark. */
export interface MarkChange {
  secret: Uint8Array;
  change: FeedChange;
}

/**
 * What becomes of the watermarks of a copy between two moments of its list: whoever read what changed has the ones that
 * the whole list has then, and hears of each that came, went or is told anew.
 */
export function markChanges(before: readonly ShapedWatermark[], now: readonly ShapedWatermark[]): MarkChange[] {
  const [was, is] = [byHash(before), byHash(now)];
  const gone = [...was].filter(([hash]) => !is.has(hash));
  const put = [...is].filter(([hash, { text }]) => was.get(hash)?.text !== text);
  return [
    ...gone.map(
      ([
        ,
        {
          secret,
          entry: { fingerprint },
        },
      ]): MarkChange => {
        const value = { fingerprint, cause: "REVOCATION_CAUSE_UNSPECIFIED", disabled: false } as const;
        return { secret, change: { change: { $case: "removal", value } } };
      },
    ),
    ...put.map(([, { secret, entry }]): MarkChange => {
      return { secret, change: { change: { $case: "put", value: entry } } };
    }),
  ];
}

function byHash(marks: readonly ShapedWatermark[]) {
  return new Map(
    marks.flatMap(({ secret, entries }) =>
      entries.map((entry) => {
        const { algorithm = "", value = new Uint8Array() } = entry.fingerprint ?? {};
        return [
          `${algorithm} ${hexOf(value)}`,
          { secret, entry, text: hexOf(FeedEntry.encode(entry).finish()) },
        ] as const;
      }),
    ),
  );
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
