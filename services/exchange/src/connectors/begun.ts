import { hasDeadLinks, newRange, shrunk } from "../pulls/range.ts";
import type { ConnectorState } from "./connector.ts";

/** hashlists takes 4 GiB. */
const WHOLE_BYTES = 2 * 1024 * 1024 * 1024;
/** Of so many pages a release is made that a person can still look at. */
const DELTA_BYTES = 256 * 1024 * 1024;
/** What is read anew is one release: half of it would take back the other half. */
const UNCUT_BYTES = 2 ** 50;
/** A clock is set back by less now and then, and is waited for. */
const ASTRAY_MS = 3_600_000;

/**
 * With the range that is to be pulled; links that are dead are asked for anew, and for less at once. A checkpoint in a time
 * to come is one that a wrong clock set: of what lies before it, nobody knows what was told.
 *
 * @param base what is in force; while nothing is, there is nothing to add to, and all is pulled.
 * @param algorithms what the file says of the kinds of hashes: other ones than before, and all is read anew.
 */
export function begun(
  state: ConnectorState,
  start: Date,
  base: string | undefined,
  now: Date,
  algorithms?: readonly string[],
): ConnectorState {
  const { range: inHand, again, token, ...rest } = state;
  if (inHand !== undefined) return { ...state, range: hasDeadLinks(inHand, now) ? shrunk(inHand) : inHand };
  const { checkpoint } = state;
  const isAstray = checkpoint !== undefined && checkpoint.getTime() > now.getTime() + ASTRAY_MS;
  const isOther = again !== undefined || algorithms?.join() !== state.algorithms?.join();
  const isAnew = checkpoint !== undefined && (isAstray || isOther);
  const isAll = checkpoint === undefined || base === undefined || isAnew;
  const mostBytes = base === undefined ? WHOLE_BYTES : isAll ? UNCUT_BYTES : DELTA_BYTES;
  const range = newRange(isAll ? start : checkpoint, now, {
    isAll,
    mostBytes,
    ...(algorithms !== undefined && { algorithms }),
    // The pages as they came are a list of their own, where all of them are and nothing else is there.
    ...((base !== undefined || algorithms !== undefined || !isAll) && { asLines: true }),
    ...(again === "replaces" && base !== undefined && { replaces: true }),
  });
  if (range === undefined) return state;
  return { ...rest, ...(!isAll && token !== undefined && { token }), range };
}
