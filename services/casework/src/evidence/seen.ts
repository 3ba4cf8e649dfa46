import type { Fingerprint, Sealed } from "@ntd/proto/common/v1/common";
import type { Hit, ItemCounts, ItemMatch, RevokedHit } from "@ntd/proto/matching/v1/match";
import type { GoneStrength, Look, ProbeReason, TargetState } from "@ntd/proto/prober/v1/target";

/** What the prober said last of the target in this episode. */
export interface SeenTarget {
  version: number;
  state: TargetState;
  reason: ProbeReason;
  address: Sealed | undefined;
  resolvedIp: string;
  goneTime: Date | undefined;
  fingerprints: Fingerprint[];
  /** What follows is absent in cases of release 0.2. */
  goneStrength?: GoneStrength;
  /** What each eye said in the looks that led to the state. */
  looks?: Look[];
  /** Eyes that are shown something else than those that see the material. */
  cloaked?: Look[];
  /** Gone for the eyes of this country alone. */
  restrictedHere?: boolean;
  /** What kind of picture was seen, and its bytes; absent where release 0.2 saw it. */
  format?: string;
  sizeBytes?: number;
  /** It is a film of which frames were looked at. */
  isFilm?: true;
  /** The film as lists have it, see `filmSeen`; absent where too little of it says anything. */
  film?: Uint8Array;
  /** The first look found nothing, and no other one found anything. */
  neverSeen?: boolean;
  /** Where it is hosted, by the registries' word: ISO 3166-1 alpha-2; absent where that is not known. */
  hostingCountry?: string;
  /** The page on which its address was found. */
  foundOn?: string;
}

/** What matching said last of the target in this episode. */
export interface SeenMatch {
  version: number;
  hits: Hit[];
  tooLittleDetail: boolean;
  /** Of the content that was looked up; absent in cases of release 0.2. */
  contentRevision?: number;
  /** What was hit until it was taken back, and why; absent in cases of release 0.2. */
  revoked?: RevokedHit[];
  /** Of a page: what it shows; absent where nothing was found on it. */
  page?: { items: ItemMatch[]; counts: ItemCounts };
  /** By what lists call what is known, when it was told: 0 is the most urgent; absent where no scheme says. */
  urgency?: number;
}

/** What the links of a case add up to. */
export interface ReportFacts {
  count: number;
  /** 20 at most, newest first: the newest, and at the end what a child said of herself, or somebody of a danger now. */
  ids: string[];
  raised: boolean;
  /** Police reported it; absent in cases of release 0.2. */
  police?: boolean;
  /** A report said that a child is in danger now, and whether the hotline trusts who said so; absent when none did. */
  lifeAtRisk?: "said" | "trusted";
  /** The child whom it is about reported it, or somebody for that child, or who made it; absent when nobody did. */
  victim?: true;
  /** One of those who say so lets police know of it; absent when none does. */
  victimConsents?: true;
  newestTime: Date | undefined;
  firstTime: Date | undefined;
}
