import { keepSealed } from "@ntd/host";
import type { Clock, Sealer } from "@ntd/service";
import type { Targets } from "../store.ts";
import type { Pages } from "./keep.ts";

interface KeepSealedDeps {
  targets: Targets;
  pages: Pages;
  sealer: Sealer;
  clock: Clock;
}

const PAGE = 20;

/** What is sealed of a target under a legal hold is kept, that of its page with it. */
export async function keepTargetSealed(deps: KeepSealedDeps, targetId: string): Promise<void> {
  await keepSealed(deps, deps.targets, targetId);
  for await (const some of deps.pages.pages({ where: { targetId } }, PAGE)) {
    for (const { id } of some) await keepSealed(deps, deps.pages, id);
  }
}
