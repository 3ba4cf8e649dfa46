import type { ProviderRole } from "@ntd/proto/takedown/v1/provider_service";
import type { AnsweredRequest } from "@ntd/rpc";

/** A provider and who speaks for it. */
export interface Provider {
  schemaVersion: 1;
  providerId: string;
  displayName: string;
  domains: string[];
  prefixes: string[];
  roles: ProviderRole[];
  identities: string[];
  /** By the newest of its changes. Absent: it is not. */
  retired?: Date;
  /** Those of its domains and prefixes that others have too, where it wins. Absent in what release 0.2 wrote. */
  wins?: string[];
  /** Newest last. Release 0.2 named neither the change nor who approved it. */
  changes: { by: string; at: Date; changeId?: string; approvedBy?: string }[];
  requests: AnsweredRequest<Record<string, never>>[];
}
