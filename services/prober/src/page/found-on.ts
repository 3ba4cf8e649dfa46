import { openAddress, type Sealer } from "@ntd/service";
import type { Targets } from "../store.ts";
import type { Target } from "../targets/target-state.ts";
import type { Pages } from "./keep.ts";
import { partIdOf } from "./parts.ts";

interface FoundOnDeps {
  targets: Pick<Targets, "load">;
  pages: Pick<Pages, "load">;
  sealer: Sealer;
}

/**
 * The page that a target was found on, where it stood when its media were collected; once that is forgotten, its own
 * address. Undefined for what was found on none.
 */
export async function pageOfFound(
  { targets, pages, sealer }: FoundOnDeps,
  { foundOn }: Pick<Target, "foundOn">,
): Promise<URL | undefined> {
  const page = foundOn === undefined ? undefined : (await targets.load(foundOn))?.state;
  if (page === undefined) return undefined;
  const kept = (await pages.load(partIdOf(page.targetId, page.episode, 0)))?.state.first;
  return new URL(openAddress(sealer, kept?.address ?? page.address).fetch);
}
