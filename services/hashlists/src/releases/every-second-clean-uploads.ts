import { startLoop, type Loop } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { claimCleaning, cleaned } from "./release-cleaning.ts";
import type { ReleaseState } from "./release.ts";
import { removePart } from "../entries/store-entries.ts";
import { removeTombstones } from "./tombstones.ts";

/** A cleaning that is not finished by then is taken up again; doing it twice does no harm. */
const LEASE_MS = 60_000;
const AT_ONCE = 10;

type CleaningDeps = Pick<Deps, "releases" | "entries" | "prints" | "staged" | "refused" | "revoked" | "clock">;

/** Removes what uploads left behind that broke off, were given up or were rejected. */
export function startCleaningUploads(deps: CleaningDeps & Pick<Deps, "log">): Loop {
  const { releases, clock, log } = deps;
  return startLoop("clean uploads", 1000, log, async (stop) => {
    const due = await releases.find({ where: { cleanAt: { lte: clock.now() } }, orderBy: "cleanAt", limit: AT_ONCE });
    for (const document of due) {
      if (stop.aborted) return undefined;
      await clean(deps, document, stop);
    }
    // A thousand uploads that broke off are no thousand seconds of work.
    return due.length === AT_ONCE ? 0 : undefined;
  });
}

async function clean(deps: CleaningDeps, document: Document<ReleaseState>, stop: AbortSignal): Promise<void> {
  const { releases, clock } = deps;
  const now = clock.now();
  const claimed = claimCleaning(document.state, now, new Date(now.getTime() + LEASE_MS));
  if (claimed === undefined || (await releases.save(document, claimed)) === undefined) return undefined;
  const parts: string[] = [];
  for (const part of claimed.leftovers) {
    if ((await removePart(deps, part, stop)) && (await removeTombstones(deps, part, stop))) parts.push(part);
  }
  if (claimed.stage.name === "removed" && parts.length === claimed.leftovers.length)
    return releases.remove(document.id);
  await change(releases, document.id, (release) => release && { state: cleaned(release, parts, clock.now()) });
  return undefined;
}
