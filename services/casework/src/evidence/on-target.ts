import type { DataOf, Event } from "@ntd/bus";
import { goneSince } from "@ntd/facts";
import { withTarget } from "../cases/case.ts";
import { filmSeen } from "./film-seen.ts";
import type { SeenTarget } from "./seen.ts";
import type { Deps } from "../deps.ts";
import { settleReports } from "../links/settle-reports.ts";
import { takeEvidence } from "./take-evidence.ts";

/** Keeps what the prober saw, then looks for reports that wait for this case or belong to it. */
export function onTarget(deps: Deps) {
  return async ({ version, data }: Event<DataOf<"target">>): Promise<void> => {
    const target = seenTarget(version, data);
    await takeEvidence(deps, data, (file) => withTarget(file, target));
    await settleReports(deps, data.targetId);
  };
}

function seenTarget(version: number, target: DataOf<"target">): SeenTarget {
  const { state, reason, address, resolvedIp, content, goneStrength, looks, cloaked, restrictedHere, neverSeen } =
    target;
  const { hostingCountry, foundOnTargetId } = target;
  const { format, sizeBytes } = content ?? {};
  const isFilm = (content?.film?.frames.length ?? 0) > 0;
  const film = content?.film && filmSeen(content.film);
  const size = { ...(format && { format }), ...(sizeBytes !== undefined && { sizeBytes }) };
  const shown = { ...size, ...(isFilm && { isFilm }), ...(film && { film }) };
  const seen = { version, state, reason, address, resolvedIp, fingerprints: content?.fingerprints ?? [], ...shown };
  const hosted = { ...(hostingCountry && { hostingCountry }), ...(foundOnTargetId && { foundOn: foundOnTargetId }) };
  return { ...seen, ...hosted, goneTime: goneSince(target), goneStrength, looks, cloaked, restrictedHere, neverSeen };
}
