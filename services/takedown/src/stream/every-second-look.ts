import { isStill } from "@ntd/host";
import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { changeOf } from "../notices/publish.ts";
import { retried } from "../notices/undeliverable.ts";
import { SWITCH } from "../store.ts";
import { opened } from "./offer.ts";

const PAGE = 100;
/** How far the clocks of two replicas may be apart, the time of a write included. */
const APART_MS = 10_000;

/**
 * One look for all streams of this process, at what another replica did and no event told: notices it issued, the brake
 * it let go. And each notice that could not be opened has its next try when it is due.
 */
export function startEverySecondLook(deps: Deps): Loop {
  const look = looking(deps);
  return startLoop("look", 1000, deps.log, async (stop) => {
    try {
      await retryUndeliverable(deps, stop);
    } finally {
      await look();
    }
  });
}

/** A look that remembers how far it has come. */
export function looking(deps: Deps): () => Promise<void> {
  let since = deps.clock.now();
  let brake: string | undefined;
  return async () => {
    const now = deps.clock.now();
    if (deps.bells.size > 0) {
      const gte = new Date(Math.min(since.getTime(), now.getTime()) - APART_MS);
      for (const providerId of await waitedFor(deps, gte)) deps.bells.ring(providerId);
      const [found, still] = await Promise.all([deps.switches.load(SWITCH), isStill(deps)]);
      const told = `${found?.version ?? 0} ${still}`;
      if (told !== brake) deps.bells.ring();
      brake = told;
    }
    since = now;
  };
}

// The ids alone, and all of them: the newest may be of a provider that nobody else tells of.
async function waitedFor({ notices }: Deps, issuedSince: Date): Promise<Set<string>> {
  const query = { where: { issuedTime: { gte: issuedSince } }, orderBy: "issuedTime" } as const;
  const { columns } = await notices.project(query, { unoffered: "text" });
  return new Set(columns.unoffered.filter((providerId) => providerId !== ""));
}

export async function retryUndeliverable(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = { where: { undeliverableUntil: { lte: deps.clock.now() } }, orderBy: "undeliverableUntil" } as const;
  await tryEach(deps.notices.pages(due, PAGE), stop, async ({ id }) => {
    const saved = await change(deps.notices, id, async (notice) => {
      const fault = notice && (await opened(deps, notice)).fault;
      const now = deps.clock.now();
      return notice && changeOf(notice, retried(notice, fault, now), now);
    });
    if (saved === undefined || saved.state.undeliverable !== undefined) return;
    deps.bells.ring(saved.state.providerId);
    deps.bells.again(saved.state.providerId);
  });
}
