import { isSamePerson, personsFor } from "@ntd/facts";
import type { FieldFault, Sealed } from "@ntd/service";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Place } from "../providers/attribution.ts";
import { isSamePlace, overlapsOf, type Overlap } from "./overlap.ts";
import { edited, entriesOf, nobody, stepsOf, type Edit, type Profile } from "./provider-edit.ts";
import type { Provider } from "../providers/stored-provider.ts";

/** Open addresses that would be another's, and whose ("": nobody's), most first. Absent in what was stored before it was kept. */
export interface Elsewhere {
  count: number;
  isMore: boolean;
  goes?: { providerId: string; count: number }[];
}

/** A change of who gets addresses: it waits for as many persons as it takes, then it is applied once. */
export interface ProviderChange {
  schemaVersion: 1;
  changeId: string;
  providerId: string;
  edit: Edit;
  /** Providers that it may overlap with. */
  over: string[];
  reason?: Sealed;
  proposedBy: string;
  proposedTime: Date;
  expiresTime: Date;
  /** Version of the provider that it was proposed on; 0: there was none. */
  base: number;
  persons: 1 | 2;
  before?: Profile;
  after: Profile;
  overlaps: Overlap[];
  openElsewhere: Elsewhere;
  /** It retires the provider. */
  retires?: true;
  /** Of one that retires and is in force: what is open of the provider is put before a person, so often and then. */
  leadBack?: { dueAt: Date; left: number };
  approved?: { by: string; time: Date };
  ended?:
    | { is: "applied"; time: Date }
    | { is: "refused"; time: Date; why: string }
    | { is: "rejected"; time: Date; by: string; why: Sealed };
  requests: AnsweredRequest<Record<string, never>>[];
}

/** What is known of the other providers. */
export interface Others {
  places: Iterable<Place>;
  /** Who else an identity acts for. */
  speaksFor: (identity: string) => string | undefined;
}

const OPEN_MS = 7 * 24 * 3600 * 1000;

type Draft = Pick<
  ProviderChange,
  "changeId" | "providerId" | "edit" | "over" | "proposedBy" | "base" | "openElsewhere" | "retires"
> & {
  reason?: Sealed;
  before: Profile | undefined;
  /** There is none, or it is retired. */
  isNew: boolean;
};

export function propose({ before, isNew, ...draft }: Draft, others: Others, now: Date): ProviderChange {
  return {
    schemaVersion: 1,
    ...draft,
    proposedTime: now,
    expiresTime: new Date(now.getTime() + OPEN_MS),
    persons: personsFor(draft.retires ? ["retire_provider"] : stepsOf(draft.edit, isNew)),
    ...(before && { before }),
    after: edited(before ?? nobody, draft.edit),
    overlaps: overlapsOf(addedPlaces(draft), others.places),
    requests: [],
  };
}

export type StateOfChange = "proposed" | "approved" | "applied" | "expired" | "refused" | "rejected";

export function stateOfChange(change: ProviderChange, now: Date): StateOfChange {
  if (change.ended !== undefined) return change.ended.is;
  if (isApproved(change)) return "approved";
  return now >= change.expiresTime ? "expired" : "proposed";
}

/** Nobody has to say anything more, and it is not in force yet. */
export function isDue(change: ProviderChange): boolean {
  return isApproved(change) && change.ended === undefined;
}

export function waits(change: ProviderChange): boolean {
  return !isApproved(change) && change.ended === undefined;
}

/** By another person than who proposed it; the name of the problem when that cannot be. */
export function approve(change: ProviderChange, by: string, now: Date): ProviderChange | "WRONG_STATE" | "SAME_PERSON" {
  if (stateOfChange(change, now) !== "proposed") return "WRONG_STATE";
  if (isSamePerson(change.proposedBy, by)) return "SAME_PERSON";
  return { ...change, approved: { by, time: now } };
}

/** By anybody, who proposed it too; it is not approved any more. */
export function reject(change: ProviderChange, by: string, why: Sealed, time: Date): ProviderChange | "WRONG_STATE" {
  if (stateOfChange(change, time) !== "proposed") return "WRONG_STATE";
  return { ...change, ended: { is: "rejected", time, by, why } };
}

export function ended(change: ProviderChange, is: NonNullable<ProviderChange["ended"]>): ProviderChange {
  if (!isDue(change)) return change;
  const leadsBack = change.retires && is.is === "applied";
  return { ...change, ended: is, ...(leadsBack && { leadBack: { dueAt: is.time, left: 2 } }) };
}

/**
 * What is open was put before a person. Once more a while later: a replica that had not heard of the retirement may have
 * sent something to the provider meanwhile. And again as long as some of it is in doubt (`isDoubted`): whether anybody
 * need look for a provider is said by how that ends.
 */
export function ledBack(change: ProviderChange, isDoubted: boolean, now: Date): ProviderChange {
  const { leadBack, ...rest } = change;
  // Another replica has done it.
  if (leadBack === undefined || leadBack.dueAt > now) return change;
  const after = (ms: number) => new Date(now.getTime() + ms);
  if (isDoubted) return { ...rest, leadBack: { dueAt: after(LEAD_BACK_DOUBTED_MS), left: leadBack.left } };
  return leadBack.left <= 1
    ? rest
    : { ...rest, leadBack: { dueAt: after(LEAD_BACK_AGAIN_MS), left: leadBack.left - 1 } };
}

const LEAD_BACK_DOUBTED_MS = 600_000;
const LEAD_BACK_AGAIN_MS = 60_000;

/** Everything that speaks against it beside the other providers: identities of theirs, overlaps that nobody named. */
export function conflicts(change: Pick<ProviderChange, "providerId" | "edit" | "over">, others: Others): FieldFault[] {
  const identities = change.edit.addIdentities.flatMap((identity, i): FieldFault[] => {
    const whose = others.speaksFor(identity);
    const description = `acts for ${whose} already; take it from there first`;
    return whose === undefined ? [] : [{ field: `edit.add_identities[${i}]`, description }];
  });
  const overlaps = overlapsOf(addedPlaces(change), others.places).flatMap((overlap): FieldFault[] => {
    const { place, providerId, theirPlace, winner } = overlap;
    if (isSamePlace(overlap) && winner === providerId) {
      return [
        { field: "edit", description: `${place} is ${providerId}'s, which wins there; take it from there first` },
      ];
    }
    const description = `does not name ${providerId}: ${place} meets its ${theirPlace}, and addresses in both go to ${winner}`;
    return change.over.includes(providerId) ? [] : [{ field: "over", description }];
  });
  return [...identities, ...sharedCountries(change, others), ...overlaps];
}

// One hotline answers for a country.
function sharedCountries({ edit }: Pick<ProviderChange, "edit">, { places }: Others): FieldFault[] {
  const all = [...places];
  return entriesOf(edit.addCountries).flatMap((country, i): FieldFault[] => {
    const whose = all.find((place) => place.countries?.includes(country))?.providerId;
    const description = `is ${whose}'s already; take it from there first`;
    return whose === undefined ? [] : [{ field: `edit.add_countries[${i}]`, description }];
  });
}

/** The provider once the change is in force, or why it cannot be any more. */
export function applied(
  change: ProviderChange,
  found: { state: Provider; version: number } | undefined,
  others: Others,
  now: Date,
): Provider | { refused: string } {
  const { providerId, edit, changeId, proposedBy, approved } = change;
  if ((found?.version ?? 0) !== change.base) return { refused: "the provider changed after this was proposed" };
  const [conflict] = conflicts(change, others);
  if (conflict !== undefined) return { refused: `${conflict.field} ${conflict.description}` };
  const profile = edited(found?.state ?? nobody, edit);
  const won = overlapsOf(addedPlaces(change), others.places).filter(isSamePlace);
  const held = new Set([...profile.domains, ...profile.prefixes]);
  const wins = [...new Set([...(found?.state.wins ?? []), ...won.map((o) => o.place)])].filter((p) => held.has(p));
  const note = { by: proposedBy, at: now, changeId, ...(approved && { approvedBy: approved.by }) };
  return {
    schemaVersion: 1,
    providerId,
    ...profileOf(profile),
    ...(wins.length > 0 && { wins }),
    ...(change.retires && { retired: now }),
    changes: [...(found?.state.changes ?? []), note].slice(-MAX_CHANGES),
    requests: found?.state.requests ?? [],
  };
}

const MAX_CHANGES = 100;

export function profileOf({ displayName, domains, prefixes, roles, identities, route, countries }: Profile): Profile {
  const lists = { domains, prefixes, roles, identities };
  return { displayName, ...lists, ...(route && { route }), ...(countries && { countries }) };
}

function isApproved({ persons, approved }: ProviderChange): boolean {
  return persons === 1 || approved !== undefined;
}

function addedPlaces({ providerId, edit }: Pick<ProviderChange, "providerId" | "edit">): Place {
  return { providerId, domains: edit.addDomains, prefixes: edit.addPrefixes };
}
