import { goneSince } from "@ntd/facts";
import type { Target } from "@ntd/proto/prober/v1/target";

/** What is known of a target in one episode; another episode is another document, so none overwrites another's end. */
export interface TargetView {
  schemaVersion: 1;
  targetId: string;
  episode: number;
  /** Version of the target that was last taken in. */
  version: number;
  state: Target["state"];
  lastSeenTime?: Date;
  goneTime?: Date;
}

export function targetKey({ targetId, episode }: { targetId: string; episode: number }): string {
  return `${targetId}:${episode}`;
}

/** The view after a target's event; undefined when the event says nothing new. */
export function seenTarget(view: TargetView | undefined, version: number, target: Target): TargetView | undefined {
  if (view !== undefined && version <= view.version) return undefined;
  const { targetId, episode, state } = target;
  const next: TargetView = { schemaVersion: 1, targetId, episode, version, state };
  if (target.lastSeenTime !== undefined) next.lastSeenTime = target.lastSeenTime;
  const goneTime = goneSince(target);
  if (goneTime !== undefined) next.goneTime = goneTime;
  return next;
}
