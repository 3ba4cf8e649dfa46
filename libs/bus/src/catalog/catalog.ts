import { Case } from "@ntd/proto/casework/v1/case";
import { Release } from "@ntd/proto/hashlists/v1/release";
import { Complaint } from "@ntd/proto/intake/v1/complaint";
import { Report } from "@ntd/proto/intake/v1/report";
import { Match } from "@ntd/proto/matching/v1/match";
import { Page } from "@ntd/proto/prober/v1/page";
import { Target } from "@ntd/proto/prober/v1/target";
import { Notice } from "@ntd/proto/takedown/v1/notice";
import type { Codec, Noun, Producer } from "./noun.ts";

function noun<T>(service: Producer, name: string, codec: Codec<T>): Noun<T> {
  return { service, name, codec };
}

/** Every event family of the platform. Names, types and codecs exist here and nowhere else. */
export const nouns = {
  report: noun("intake", "report", Report),
  complaint: noun("intake", "complaint", Complaint),
  target: noun("prober", "target", Target),
  page: noun("prober", "page", Page),
  match: noun("matching", "match", Match),
  release: noun("hashlists", "release", Release),
  case: noun("casework", "case", Case),
  notice: noun("takedown", "notice", Notice),
} as const;

export type NounName = keyof typeof nouns;

/**
 * Who reads what. `work`: a durable shared by all replicas, each message handled once. `tail`: one ordered consumer per
 * process, for what every replica keeps in memory.
 */
export const readers = {
  intake: { work: ["target", "case"], tail: [] },
  prober: { work: ["report", "notice", "case", "match"], tail: [] },
  matching: { work: ["target", "page", "release"], tail: ["release"] },
  hashlists: { work: ["case"], tail: [] },
  casework: { work: ["report", "match", "target", "notice", "complaint"], tail: [] },
  takedown: { work: ["case", "target"], tail: ["notice"] },
  compliance: { work: ["report", "target", "case", "notice"], tail: [] },
} as const satisfies Record<Producer, { work: readonly NounName[]; tail: readonly NounName[] }>;

export const producers = Object.keys(readers) as Producer[];

/** Facts of one producer. */
export const streamOf = (producer: Producer): string => producer.toUpperCase();
/** Messages that could not be handled, with their reasons. */
export const DEAD = "DEAD";
/** Dead letters sent again, each for the one reader that could not handle it. */
export const REDRIVE = "REDRIVE";

export const durableOf = (reader: Producer, name: string): string => `${reader}-${name}`;
export const deadSubject = (reader: string, name: string): string => `dead.${reader}.${name}`;
export const redriveSubject = (reader: string, name: string): string => `redrive.${reader}.${name}`;
export const filterOf = (of: Noun<unknown>): string => `${of.service}.${of.name}.>`;
