import { formerTargetIdOf, targetIdOf } from "@ntd/address";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { openAddress, Problem, type Address } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { StoredTarget } from "../store.ts";
import { firstFetched, withFetched, type Alias, type Candidate } from "./alias.ts";

const PAGE = 100;

export type AliasDeps = Pick<Deps, "reports" | "aliases" | "sealer" | "targetKey">;

/** The target that an address is: that of release 0.2 which fetches it, so that nothing is noticed twice, or its own. */
export async function targetOf(
  deps: AliasDeps,
  address: Pick<Address, "fetch">,
): Promise<Pick<StoredTarget, "targetId" | "isFormer">> {
  const [own, former] = [targetIdOf(deps.targetKey, address), formerTargetIdOf(deps.targetKey, address)];
  const isFormer = (await aliasOf(deps, former))?.fetched === own;
  return isFormer ? { targetId: former, isFormer } : { targetId: own };
}

/**
 * What is known of a target of release 0.2; concluded from the reports that name it when it is asked for the first time.
 * The conclusion is kept, so that it holds when a month's key is retired. Undefined when there is no such target.
 */
export async function aliasOf(deps: AliasDeps, former: string): Promise<Alias | undefined> {
  const { reports, aliases } = deps;
  const known = await aliases.load(former);
  if (known !== undefined) return known.state;
  let best: Candidate | undefined;
  for await (const page of reports.pages({ where: { formerTarget: former } }, PAGE)) {
    best = page.reduce<Candidate | undefined>((found, { state }) => firstFetched(found, former, state), best);
  }
  // Reports that are lifted meanwhile are not found: what they let conclude was written before.
  const concluded = best && (await aliases.insert(former, aliasTo(deps, best.address)));
  return (concluded ?? (await aliases.load(former)))?.state;
}

function aliasTo(deps: AliasDeps, address: Sealed): Alias {
  const fetched = ownTargetId(deps, address);
  return { schemaVersion: 1, version: 0, ...(fetched !== undefined && { fetched }) };
}

/** The prober tells which address it fetches. A target of today has its id from its address, and needs no alias. */
export async function noteFetched(
  deps: Pick<Deps, "aliases" | "sealer" | "targetKey">,
  targetId: string,
  sealed: Sealed,
  version: number,
): Promise<void> {
  const address = opened(deps, sealed);
  if (address === undefined) return;
  const own = targetIdOf(deps.targetKey, address);
  if (own === targetId || formerTargetIdOf(deps.targetKey, address) !== targetId) return;
  await change(deps.aliases, targetId, (known) => {
    const state = withFetched(known, own, version);
    return state && { state };
  });
}

/** Today's id of a sealed address; undefined when nobody can open it any more. */
export function ownTargetId(deps: Pick<Deps, "sealer" | "targetKey">, sealed: Sealed): string | undefined {
  const address = opened(deps, sealed);
  return address && targetIdOf(deps.targetKey, address);
}

function opened({ sealer }: Pick<Deps, "sealer">, sealed: Sealed): Address | undefined {
  try {
    return openAddress(sealer, sealed);
  } catch (error) {
    // A key that is still to come is waited for; one that was retired does not come back.
    if (Problem.from(error).handling === "terminal") return undefined;
    throw error;
  }
}
