import { openAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Elsewhere } from "./provider-change.ts";
import type { Dispatch } from "../dispatches/dispatch.ts";
import type { Place } from "../providers/attribution.ts";

const PAGE = 200;
/** Each is opened to be looked at: beyond this the answer says that there may be more. */
const MOST = 5000;
/** Beyond these a provider gets few of them. */
const MOST_NAMED = 20;

/**
 * How many open notices, and dispatches without a provider, have an address that would be another's, and whose. Of a
 * provider that retires all are meant that it has, those that a person assigned too.
 */
export async function openElsewhere(deps: Deps, next: Place, retires: boolean): Promise<Elsewhere> {
  const { now, after } = deps.directory.compared(next);
  const goes = new Map<string, number>();
  let [count, looked] = [0, 0];
  for await (const page of openDispatches(deps)) {
    for (const { dispatch, providerId } of page) {
      const url = urlOf(deps, dispatch);
      const to = url === undefined ? [] : after.of(url, dispatch.resolvedIp, dispatch.countryAbroad);
      const moves = url !== undefined && now.of(url, dispatch.resolvedIp, dispatch.countryAbroad).join() !== to.join();
      if (!moves && !(retires && providerId === next.providerId)) continue;
      count++;
      for (const id of to.length === 0 ? [""] : to) goes.set(id, (goes.get(id) ?? 0) + 1);
    }
    looked += page.length;
    if (looked >= MOST) return { count, isMore: true, goes: mostFirst(goes) };
  }
  return { count, isMore: false, goes: mostFirst(goes) };
}

function mostFirst(goes: ReadonlyMap<string, number>): NonNullable<Elsewhere["goes"]> {
  const all = [...goes].map(([providerId, count]) => ({ providerId, count }));
  return all.toSorted((a, b) => b.count - a.count).slice(0, MOST_NAMED);
}

interface Open {
  dispatch: Dispatch;
  /** Who has the notice; undefined while nobody has. */
  providerId: string | undefined;
}

async function* openDispatches(deps: Deps): AsyncGenerator<Open[]> {
  const open = { where: { target: { gte: "" } }, orderBy: "target" } as const;
  for await (const page of deps.notices.pages(open, PAGE)) {
    const found = await Promise.all(
      page.map(async ({ state: { dispatchId, providerId } }) => {
        const document = await deps.dispatches.load(dispatchId);
        return document === undefined ? [] : [{ dispatch: document.state, providerId }];
      }),
    );
    yield found.flat();
  }
  const waiting = { where: { unattributedSince: { gte: new Date(0) } }, orderBy: "unattributedSince" } as const;
  for await (const page of deps.dispatches.pages(waiting, PAGE)) {
    yield page.map(({ state: dispatch }) => ({ dispatch, providerId: undefined }));
  }
}

// What cannot be opened (its month's key was retired) is sent to nobody.
function urlOf(deps: Deps, { address }: Dispatch): string | undefined {
  try {
    return openAddress(deps.sealer, address).fetch;
  } catch {
    return undefined;
  }
}
