import type { Route } from "@ntd/proto/takedown/v1/notice";
import type { Countries, ProviderRole } from "@ntd/proto/takedown/v1/provider_service";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Place } from "./attribution.ts";

/** A provider and who speaks for it. */
export interface Provider {
  schemaVersion: 1;
  providerId: string;
  displayName: string;
  domains: string[];
  prefixes: string[];
  roles: ProviderRole[];
  identities: string[];
  /** Absent: its own client. */
  route?: Route | undefined;
  /** Of a hotline's. */
  countries?: Countries | undefined;
  /** By the newest of its changes. Absent: it is not. */
  retired?: Date;
  /** Those of its domains and prefixes that others have too, where it wins. Absent in what release 0.2 wrote. */
  wins?: string[];
  /** Newest last. Release 0.2 named neither the change nor who approved it. */
  changes: { by: string; at: Date; changeId?: string; approvedBy?: string }[];
  requests: AnsweredRequest<Record<string, never>>[];
}

/** Where it is found. */
export function placeOf({
  providerId,
  domains,
  prefixes,
  countries,
  wins = [],
}: Pick<Provider, "providerId" | "domains" | "prefixes" | "countries" | "wins">): Place {
  return { providerId, domains, prefixes, countries: countries?.countries ?? [], wins };
}
