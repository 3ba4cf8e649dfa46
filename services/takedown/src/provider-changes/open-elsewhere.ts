import { openAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Dispatch } from "../dispatches/dispatch.ts";
import type { Place } from "../providers/attribution.ts";

const PAGE = 200;
/** Each is opened to be looked at: beyond this the answer says that there may be more. */
const MOST = 5000;

/** How many open notices, and dispatches without a provider, have an address that would be another's. */
export async function openElsewhere(deps: Deps, next: Place): Promise<{ count: number; isMore: boolean }> {
  const { now, after } = deps.directory.compared(next);
  let [count, looked] = [0, 0];
  for await (const dispatches of openDispatches(deps)) {
    for (const dispatch of dispatches) {
      const url = urlOf(deps, dispatch);
      const goes =
        url !== undefined && now.of(url, dispatch.resolvedIp).join() !== after.of(url, dispatch.resolvedIp).join();
      if (goes) count++;
    }
    looked += dispatches.length;
    if (looked >= MOST) return { count, isMore: true };
  }
  return { count, isMore: false };
}

async function* openDispatches(deps: Deps): AsyncGenerator<Dispatch[]> {
  const open = { where: { target: { gte: "" } }, orderBy: "target" } as const;
  for await (const page of deps.notices.pages(open, PAGE)) {
    const found = await Promise.all(page.map(({ state }) => deps.dispatches.load(state.dispatchId)));
    yield found.flatMap((document) => document?.state ?? []);
  }
  const waiting = { where: { unattributedSince: { gte: new Date(0) } }, orderBy: "unattributedSince" } as const;
  for await (const page of deps.dispatches.pages(waiting, PAGE)) yield page.map(({ state }) => state);
}

// What cannot be opened (its month's key was retired) is sent to nobody.
function urlOf(deps: Deps, { address }: Dispatch): string | undefined {
  try {
    return openAddress(deps.sealer, address).fetch;
  } catch {
    return undefined;
  }
}
