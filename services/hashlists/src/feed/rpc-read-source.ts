import type { ReadSourceRequest, ReadSourceResponse } from "@ntd/proto/hashlists/v1/feed_source_service";
import { derivedId, Problem } from "@ntd/service";
import type { FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Deps } from "../deps.ts";
import { inForceAt } from "../sets/in-force.ts";
import { knownTold } from "../standings/known-told.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";
import { changesPage } from "./changes-page.ts";
import { checkpointText, readCheckpoint, type Checkpoint } from "./checkpoint.ts";
import type { Source, SourcePage } from "./feed-page.ts";
import { recipientOf } from "./recipients.ts";
import { knownShapes } from "./known-shapes.ts";
import { wholePage } from "./whole-page.ts";

type Needed = Pick<
  Deps,
  | "sets"
  | "releases"
  | "entries"
  | "prints"
  | "revocations"
  | "revoked"
  | "packedSteps"
  | "opinions"
  | "exports"
  | "clock"
>;

const MOST = 1000;

/** What a partner gets of a set behind a checkpoint: what changed since, or all of it where that is not known any more. */
export function readSource(needed: Needed, revokedIn: KnownRevoked) {
  const [shapesOf, toldIn] = [knownShapes(), knownTold(needed)];
  return async (request: ReadSourceRequest): Promise<ReadSourceResponse> => {
    const { setId, partner } = request;
    const set = (await needed.sets.load(setId))?.state;
    const recipient = set && recipientOf(set, partner);
    if (set === undefined || recipient === undefined) {
      throw new Problem("NOT_FOUND", "There is no such set of which you get a feed; ask its owner.");
    }
    const source = {
      collections: needed,
      set,
      recipient,
      size: sizeOf(request.pageSize),
      revokedIn,
      told: await toldIn(set),
      may: mayOf(recipient),
    };
    const { page, startsOver } = await pageOf(source, readCheckpoint(request.checkpoint));
    if (startsOver) await noteBegun(needed, source, partner);
    return {
      changes: page.changes,
      nextCheckpoint: checkpointText(page.next),
      isLast: page.next.at === "end" && page.next.counter === set.counter,
      startsOver,
      fromPart: page.fromPart,
      toPart: page.toPart,
      entryCount: BigInt(set.active?.entryCount ?? 0),
      recipient,
      shapes: page.whole === undefined ? [] : await shapesOf(source, page.whole),
      shapesBefore: page.before === undefined ? [] : await shapesOf(source, page.before),
    };
  };
}

interface Page {
  page: SourcePage;
  startsOver: boolean;
}

async function pageOf(source: Source, checkpoint: Checkpoint): Promise<Page> {
  const { set, may } = source;
  const over = async () => {
    const { counter } = set;
    const releaseId = inForceAt(set, counter)?.releaseId ?? "";
    return { page: await wholePage(source, { counter, releaseId, after: "", skip: 0 }), startsOver: true };
  };
  // Other rights make another list of it.
  if (checkpoint.at === "start" || checkpoint.may !== may) return await over();
  if (checkpoint.at === "all") {
    const inForce = checkpoint.counter > set.counter ? undefined : inForceAt(set, checkpoint.counter);
    if (inForce === undefined) return await over();
    return { page: await wholePage(source, { ...checkpoint, releaseId: inForce.releaseId }), startsOver: false };
  }
  const [from, to] = checkpoint.at === "end" ? [checkpoint.counter, set.counter] : [checkpoint.from, checkpoint.to];
  const [was, now] = [inForceAt(set, from), inForceAt(set, to)];
  if (from > to || to > set.counter || was === undefined || now === undefined) return await over();
  if (from === to)
    return { page: { changes: [], next: { at: "end", counter: to, may }, fromPart: 0, toPart: 0 }, startsOver: false };
  // From nothing, or to nothing, all of it is the change.
  if (was.releaseId === "" || now.releaseId === "") return await over();
  const { bucket, skip } = checkpoint.at === "end" ? { bucket: 0, skip: 0 } : checkpoint;
  const begun = { from, to, older: was.releaseId, newer: now.releaseId, bucket, skip };
  return { page: await changesPage(source, begun), startsOver: false };
}

// Before the first page goes; once for what there is, however often it is asked for.
async function noteBegun({ exports, clock }: Needed, { set, may }: Source, by: string): Promise<void> {
  const { setId, counter, active } = set;
  const { releaseId = "", entryCount = 0 } = active ?? {};
  const noted = { schemaVersion: 1, setId, releaseId, entryCount, by, time: clock.now() } as const;
  await exports.insert(derivedId("feed", setId, by, may, counter), { ...noted, format: "EXPORT_FORMAT_UNSPECIFIED" });
}

function mayOf({ algorithms }: FeedRecipient): string {
  return algorithms.length === 0 ? "all" : algorithms.map((one) => one.slice("ALGORITHM_".length)).join();
}

function sizeOf(pageSize: number): number {
  if (Number.isInteger(pageSize) && pageSize >= 0 && pageSize <= MOST) return pageSize || MOST;
  throw Problem.fields({ field: "page_size", description: `is no whole number from 0 to ${MOST}` });
}
