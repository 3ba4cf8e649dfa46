import { isDeepStrictEqual } from "node:util";
import { addressLeft } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { CaseFile } from "../cases/case.ts";
import { digestsOf, type Whereabouts } from "./digests.ts";
import type { SeenTarget } from "./seen.ts";

/** Where a case's material is and what it is. An address whose key was retired is erased. */
export function whereabouts({ sealer }: Pick<Deps, "sealer">, { target }: Pick<CaseFile, "target">): Whereabouts {
  const { address, resolvedIp = "", fingerprints = [] } = target ?? {};
  const url = address && addressLeft(sealer, address)?.fetch;
  return { url, resolvedIps: resolvedIp === "" ? [] : [resolvedIp], fingerprints };
}

/**
 * Whether marks are to be asked for with what a target's event has brought: where it is, or what it is, is told anew; or the
 * event comes once more, since it may have been cut short behind the write. Of what stays where it was a new mark finds
 * the case.
 */
export function asksMarks(before: CaseFile | undefined, { target }: CaseFile): boolean {
  const known = before?.target;
  if (target === undefined || target === known) return false;
  if (known === undefined || known.version === target.version || before?.markKeys === undefined) return true;
  return !isDeepStrictEqual(seenAt(known), seenAt(target));
}

function seenAt({ address, resolvedIp, fingerprints }: SeenTarget) {
  return { address, resolvedIp, fingerprints };
}

/** Where a case is, and the digests under which marks find it, as it finds them. */
export interface Place {
  what: Whereabouts;
  keys: string[];
}

/** Undefined where nothing can be marked. */
export function placeOf(deps: Pick<Deps, "sealer" | "markKey">, file: CaseFile): Place | undefined {
  if (deps.markKey === undefined) return undefined;
  const what = whereabouts(deps, file);
  return { what, keys: digestsOf(deps.markKey, what) };
}
