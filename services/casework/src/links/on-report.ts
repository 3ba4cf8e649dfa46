import type { DataOf, Event } from "@ntd/bus";
import { isListed } from "@ntd/facts";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { openWordsCase } from "./open-words-case.ts";
import { settleReports } from "./settle-reports.ts";
import { linkIdOf, type Link } from "./link.ts";

/**
 * Links a report with each of its targets; then looks for the case to join. The reporter's own fingerprints are looked
 * up last: they only raise the priority, so the report counts also while matching does not answer.
 */
export function onReport(deps: Deps) {
  return async ({ data, time }: Event<DataOf<"report">>, { signal }: { signal: AbortSignal }): Promise<void> => {
    const { reportId, channel, receivedTime = time } = data;
    const said = saidBeside(data);
    const named = [...fingerprintsByTarget(data)].map(([targetId, fingerprints]) => {
      const nomination = fingerprints.length === 0 ? "none" : "pending";
      const link: Link = { schemaVersion: 1, reportId, targetId, receivedTime, channel, nomination, ...said };
      return { id: linkIdOf(reportId, targetId), state: link, fingerprints };
    });
    await deps.links.insertMany(named.map(({ id, state }) => ({ id, state })));
    if (data.wordsTargetId !== undefined) await openWordsCase(deps, data.wordsTargetId);
    for (const { state } of named) await settleReports(deps, state.targetId);
    for (const { id, state, fingerprints } of named) {
      if (state.nomination === "pending") await nominate(deps, { id, targetId: state.targetId, fingerprints }, signal);
    }
  };
}

interface Nomination {
  id: string;
  targetId: string;
  fingerprints: readonly Fingerprint[];
}

async function nominate(deps: Deps, { id, targetId, fingerprints }: Nomination, signal: AbortSignal): Promise<void> {
  const { links, matching } = deps;
  if ((await links.load(id))?.state.nomination !== "pending") return;
  const { hits } = await matching.lookup({ fingerprints: fingerprints.map(asIfGood) }, { signal });
  const nomination: Link["nomination"] = hits.some(isListed) ? "listed" : "not_listed";
  await change(links, id, (state) => state && { state: { ...state, nomination } });
  await settleReports(deps, targetId);
}

// A reporter's fingerprint comes without its quality. It is looked up as a good one: a hit only raises the priority.
function asIfGood(fingerprint: Fingerprint): Fingerprint {
  const quality =
    fingerprint.algorithm === "ALGORITHM_PDQ" ? 100 : fingerprint.algorithm === "ALGORITHM_BLOCKHASH256" ? 480 : 0;
  return { ...fingerprint, quality };
}

function saidBeside(data: DataOf<"report">): Partial<Link> {
  const { isTrusted, lifeAtRisk, happeningToMe, selfMade, consentsToPolice } = data;
  return {
    ...(isTrusted === true && { trusted: true }),
    ...(lifeAtRisk === true && { lifeAtRisk: true }),
    ...((happeningToMe === true || selfMade === true) && { victim: true }),
    ...(consentsToPolice === true && { consents: true }),
  };
}

// Two addresses of one report may be the same target. Words alone are one of their own.
function fingerprintsByTarget({ targets, wordsTargetId }: DataOf<"report">): Map<string, Fingerprint[]> {
  const byTarget = new Map<string, Fingerprint[]>();
  if (wordsTargetId !== undefined) byTarget.set(wordsTargetId, []);
  for (const { targetId, fingerprints } of targets) {
    byTarget.set(targetId, [...(byTarget.get(targetId) ?? []), ...fingerprints]);
  }
  return byTarget;
}
