import { flatPicture, generatePicture, reencode } from "@ntd/imagehash/generated";
import { numbers } from "../numbers.ts";

/** How a report must end; named as casework names the reason of its queue, where it ends there. */
export const ENDS = ["removed", "unattributed", "NO_HIT", "NOT_MEDIA", "TOO_LITTLE_DETAIL"] as const;
export type End = (typeof ENDS)[number];

export interface Reported {
  path: string;
  /** Of which provider; `nobody` has no provider that is known. */
  host: "alpha" | "nobody";
  /** Number of a picture; listed ones lie under `LISTED`. */
  picture: number;
  end: End;
}

/** So many pictures are on the list. */
export const LISTED = 12;

/** Of a hundred reports. */
const SHARES: readonly (readonly [End, number])[] = [
  ["removed", 60],
  ["NO_HIT", 20],
  ["unattributed", 8],
  ["NOT_MEDIA", 8],
  ["TOO_LITTLE_DETAIL", 4],
];

/** Reports with the end that each must have, the same for the same seed. */
export function reportsOf(count: number, seed: number): Reported[] {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, n): Reported => {
    const end = endOf(next() * 100);
    const listed = end === "removed" || end === "unattributed";
    const picture = listed ? Math.floor(next() * LISTED) : 1000 + n;
    return { path: `report-${n}.jpg`, host: end === "unattributed" ? "nobody" : "alpha", picture, end };
  });
}

function endOf(percent: number): End {
  let sum = 0;
  return SHARES.find(([, share]) => percent < (sum += share))?.[0] ?? "NO_HIT";
}

/** What stands at the reported address. */
export async function contentOf({ end, picture }: Reported): Promise<Uint8Array> {
  if (end === "NOT_MEDIA") return Buffer.from(`no picture, but ${picture}. `.repeat(40));
  if (end === "TOO_LITTLE_DETAIL") return flatPicture();
  return reencode(await generatePicture(picture), { quality: 60 });
}

/** What must become of reports: by the end that is due, as many that came to it, and none to another. */
export function dueEnds(reports: readonly Reported[]): Record<string, Record<string, number>> {
  const due: Record<string, Record<string, number>> = {};
  for (const { end } of reports) due[end] = { [end]: (due[end]?.[end] ?? 0) + 1 };
  return due;
}
