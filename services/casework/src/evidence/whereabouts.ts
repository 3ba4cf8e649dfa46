import { isDeepStrictEqual } from "node:util";
import { openAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { CaseFile } from "../cases/case.ts";
import { opened } from "../cases/case-message.ts";
import { digestsOf, markableDigests, type Whereabouts } from "./digests.ts";
import type { SeenTarget } from "./seen.ts";

/** Where a case's material is and what it is. An address whose key was retired is erased. */
export function whereabouts({ sealer }: Pick<Deps, "sealer">, { target }: Pick<CaseFile, "target">): Whereabouts {
  const { address, resolvedIp = "", fingerprints = [] } = target ?? {};
  const url = address === undefined ? "" : opened(() => openAddress(sealer, address).fetch);
  return { url: url === "" ? undefined : url, resolvedIps: resolvedIp === "" ? [] : [resolvedIp], fingerprints };
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
  return !isDeepStrictEqual(placeOf(known), placeOf(target));
}

function placeOf({ address, resolvedIp, fingerprints }: SeenTarget) {
  return { address, resolvedIp, fingerprints };
}

/** The case with the digests under which it is found. */
export function withMarkKeys(deps: Pick<Deps, "sealer" | "markKey">, file: CaseFile): CaseFile {
  if (deps.markKey === undefined) return file;
  return { ...file, markKeys: digestsOf(deps.markKey, whereabouts(deps, file)) };
}

/** Digests of all that a mark on the case can be of. */
export function markable(deps: Pick<Deps, "sealer" | "markKey">, file: CaseFile): string[] {
  return deps.markKey === undefined ? [] : markableDigests(deps.markKey, whereabouts(deps, file));
}
