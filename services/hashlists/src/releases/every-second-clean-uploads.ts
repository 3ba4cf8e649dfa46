import { startLoop, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { claimCleaning, cleaned } from "./release.ts";
import { removeEntries } from "../entries/store-entries.ts";

/** A cleaning that is not finished by then is taken up again; doing it twice does no harm. */
const LEASE_MS = 60_000;

/** Removes what uploads left behind that broke off, were given up or were rejected. */
export function startCleaningUploads(deps: Pick<Deps, "releases" | "entries" | "clock" | "log">): Loop {
  const { releases, clock, log } = deps;
  return startLoop("clean uploads", 1000, log, async (stop) => {
    const due = await releases.find({ where: { cleanAt: { lte: clock.now() } }, orderBy: "cleanAt", limit: 10 });
    for (const document of due) {
      const now = clock.now();
      const claimed = claimCleaning(document.state, now, new Date(now.getTime() + LEASE_MS));
      if (stop.aborted || claimed === undefined) return;
      if ((await releases.save(document, claimed)) === undefined) continue;
      const parts: string[] = [];
      for (const part of claimed.leftovers) if (await removeEntries(deps, part, stop)) parts.push(part);
      await change(releases, document.id, (release) => release && { state: cleaned(release, parts, clock.now()) });
    }
  });
}
