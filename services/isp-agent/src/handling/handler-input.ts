import type { Classification, ClassificationNeighbour } from "@ntd/proto/common/v1/common";
import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";

/** The notice as a handler reads it: one JSON object on standard input. `received` is when it came. */
export function handlerInput(notice: NoticePayload, received: Date, attempt: number): string {
  return JSON.stringify({
    notice_id: notice.noticeId,
    revision: notice.revision,
    kind: word(notice.kind, "NOTICE_KIND_"),
    environment: word(notice.environment, "ENVIRONMENT_"),
    requested_action: word(notice.requestedAction, "ACTION_"),
    targets: notice.targets.map((target) => ({
      target_id: target.targetId,
      url: target.url,
      resolved_ip: target.resolvedIp,
      observed_time: target.observedTime?.toISOString(),
      fingerprints: target.fingerprints.map(({ algorithm, value }) => ({
        algorithm: word(algorithm, "ALGORITHM_"),
        hex: Buffer.from(value).toString("hex"),
      })),
      // In which pictures of the file it was found, where not in the one that stands for it.
      ...(target.foundIn !== undefined && { found_in: target.foundIn }),
      // What is to be removed from the page at url; the page itself stays.
      ...(target.embedded && { embedded_urls: target.embedded.urls }),
    })),
    classifications: notice.classifications.map(codeOf),
    // What others call it: beside what was decided, never in its place.
    ...(notice.neighbours.length > 0 && { neighbours: notice.neighbours.map(neighbourOf) }),
    comply_within_seconds: Number(notice.complyWithin?.seconds ?? 0),
    preserve_until: preserveUntil(notice, received) ?? null,
    attempt,
  });
}

function neighbourOf({ of, neighbour, relation, loses, source }: ClassificationNeighbour) {
  const said = { of: codeOf(of), neighbour: codeOf(neighbour), relation: word(relation, "CLASSIFICATION_RELATION_") };
  return { ...said, loses, source };
}

function codeOf(said: Classification | undefined): string {
  return said === undefined ? "" : `${said.scheme}:${said.version}:${said.code}`;
}

/** Until when what is removed is to be kept, as ISO 8601; undefined: nothing is to be kept, or not any more. */
export function preserveUntil({ preserveFor }: NoticePayload, received: Date): string | undefined {
  return preserveFor && new Date(received.getTime() + Number(preserveFor.seconds) * 1000).toISOString();
}

/** A word of the contract as handlers and people read it. */
export function word(name: string, prefix: string): string {
  return name.replace(prefix, "").toLowerCase();
}
