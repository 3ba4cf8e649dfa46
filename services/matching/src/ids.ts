import { derivedId } from "@ntd/service";

/** Of a row, and of the aggregate whose events tell what is known of it. */
export function matchIdOf(targetId: string, episode: number): string {
  return derivedId("match", targetId, episode);
}
