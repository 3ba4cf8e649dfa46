import type { SignedNotice } from "@ntd/proto/takedown/v1/notice_service";
import { change, type Cursor, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { isInFlight, isUrgent, type Notice } from "../notices/notice.ts";
import { changeOf } from "../notices/publish.ts";
import { revisionToTell } from "../notices/revision.ts";
import { seenByOldClient } from "../notices/suspension.ts";
import { isHalted } from "../brake/is-halted.ts";
import { urgentKey } from "../store.ts";
import type { Bell } from "./bells.ts";
import type { Client } from "./client.ts";
import { offerStored } from "./offer.ts";

/** Notices that are offered beside each other: their writes share a commit. */
const AT_A_TIME = 16;
/** A notice that is neither taken nor rejected fills the window of its stream for this long. */
const PATIENCE_MS = 600_000;

/**
 * What a stream sends next, as far as its window has room: first who is to wait or to restore, then what was stamped
 * before and this stream does not carry, then what was never offered. Empty when there is nothing to send, or no room.
 */
export async function nextBatch(deps: Deps, bell: Bell, client: Client): Promise<SignedNotice[]> {
  while (true) {
    const room = Math.min(client.limit - bell.inWindow, AT_A_TIME);
    const page = room <= 0 ? [] : await due(deps, bell, client, room);
    if (page.length === 0) return [];
    const batch = await offered(deps, bell, client, page);
    // What was due may have ended meanwhile; then there may be more behind it.
    if (batch.length > 0) return batch;
  }
}

/**
 * What no event told: what was taken at another replica, and what another stream stamped and did not get rid of. What
 * is neither taken nor rejected for long makes room for what waits behind it; it comes again with the next connection.
 */
export async function recheck(deps: Deps, bell: Bell, patienceMs = PATIENCE_MS): Promise<void> {
  for (const [noticeId, { sentAt, revision }] of bell.carried) {
    const found = await deps.notices.load(noticeId);
    if (found === undefined || !isToldBy(found.state, revision)) bell.over(noticeId);
    else if (performance.now() - sentAt >= patienceMs && !bell.aside.has(noticeId)) {
      bell.aside.add(noticeId);
      deps.log.warn({ noticeId, providerId: found.state.providerId }, "a provider neither takes nor rejects a notice");
    }
  }
  bell.again();
  bell.ring();
}

function isToldBy(notice: Notice, revision: number): boolean {
  return (isInFlight(notice) || isUrgent(notice)) && revisionToTell(notice) === revision;
}

async function due(deps: Deps, bell: Bell, client: Client, room: number): Promise<Document<Notice>[]> {
  const urgent = await urgentOnes(deps, bell, client, room);
  return urgent ?? (await sentBefore(deps, bell, room)) ?? (await unoffered(deps, bell, room)) ?? [];
}

async function urgentOnes(
  deps: Deps,
  bell: Bell,
  { understands }: Client,
  room: number,
): Promise<Document<Notice>[] | undefined> {
  for (const providerId of bell.urgent) {
    // Forgotten before the store is asked: who says so again meanwhile is heard.
    bell.urgent.delete(providerId);
    if (!understands.has("ACTION_SUSPEND")) await noteOldClient(deps, providerId);
    for (const action of URGENT.filter((known) => understands.has(known))) {
      const page = await notCarried(deps, bell, { urgent: urgentKey(action, providerId) }, room);
      if (page.length === 0) continue;
      bell.urgent.add(providerId);
      return page;
    }
  }
  return undefined;
}

const URGENT = ["ACTION_SUSPEND", "ACTION_RESTORE"] as const;

// So that an operator sees that its client cannot be told to wait.
async function noteOldClient({ notices, clock }: Deps, providerId: string): Promise<void> {
  for await (const page of notices.pages({ where: { untold: providerId } }, AT_A_TIME)) {
    const note = ({ id }: Document<Notice>) =>
      change(notices, id, (notice) => notice && changeOf(notice, seenByOldClient(notice), clock.now()));
    await Promise.all(page.map(note));
  }
}

async function sentBefore(deps: Deps, bell: Bell, room: number): Promise<Document<Notice>[] | undefined> {
  for (const providerId of bell.resent) {
    // Forgotten before the store is asked: who says so again meanwhile is heard.
    bell.resent.delete(providerId);
    const page = await notCarried(deps, bell, { inFlight: providerId }, room);
    if (page.length === 0) continue;
    bell.resent.add(providerId);
    return page;
  }
  return undefined;
}

// Page by page, since the first of them may be carried already.
async function notCarried(
  deps: Deps,
  bell: Bell,
  where: { inFlight: string } | { urgent: string },
  room: number,
): Promise<Document<Notice>[]> {
  const missing: Document<Notice>[] = [];
  for (let after: { after?: Cursor } = {}; missing.length < room;) {
    const page = await deps.notices.find({ where, orderBy: "issuedTime", ...after, limit: AT_A_TIME });
    missing.push(...page.filter(({ id, state }) => bell.carried.get(id)?.revision !== revisionToTell(state)));
    const last = page.at(-1);
    if (last === undefined || page.length < AT_A_TIME) break;
    after = { after: { value: last.state.issuedTime, id: last.id } };
  }
  return missing.slice(0, room);
}

async function unoffered(deps: Deps, bell: Bell, room: number): Promise<Document<Notice>[] | undefined> {
  if (bell.fresh.size === 0 || (await isHalted(deps))) return undefined;
  for (const providerId of bell.fresh) {
    // Forgotten before the store is asked: who rings meanwhile is heard.
    bell.fresh.delete(providerId);
    const where = { unoffered: providerId };
    const page = await deps.notices.find({ where, orderBy: "issuedTime", limit: room });
    if (page.length === room) bell.fresh.add(providerId);
    if (page.length > 0) return page;
  }
  return undefined;
}

// Carried as soon as it is stamped, for its receipt may come before its neighbours are ready.
async function offered(
  deps: Deps,
  bell: Bell,
  { understands }: Client,
  page: readonly Document<Notice>[],
): Promise<SignedNotice[]> {
  const envelopes = await Promise.all(
    page.map(async (document) => {
      const envelope = await offerStored(deps, document, understands);
      if (envelope !== undefined) bell.carry(document.state.providerId, envelope);
      return envelope;
    }),
  );
  return envelopes.filter((envelope) => envelope !== undefined);
}
