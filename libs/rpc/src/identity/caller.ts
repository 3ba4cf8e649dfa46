import { createHash } from "node:crypto";
import { isNamedInLogs, Problem, spiffeId, spiffeIdInNames, type SpiffeId } from "@ntd/service";
import type { CallContext } from "nice-grpc";
import type { ServerInterceptor } from "@grpc/grpc-js";
import { identityKinds, type IdentityKind } from "./identity-kinds.ts";

/** Who calls, by the URI in the client's certificate. */
export interface Caller {
  kind: IdentityKind;
  name: string;
  /** The SPIFFE id, `spiffe://{trust domain}/{kind}/{name}`. */
  id: string;
  /** `{kind}/{name}`: what "a second person" is told by. */
  person: string;
}

/**
 * nice-grpc shows handlers no certificate, so the door writes the identity into the call's metadata, in place of whatever
 * the client put there.
 */
export const CALLER = "x-ntd-caller";

/**
 * The caller of the call in hand.
 *
 * @throws Problem IDENTITY_UNKNOWN when its certificate carries no identity.
 */
export function callerOf(context: CallContext): Caller {
  const caller = parseIdentity(context.metadata.get(CALLER) ?? "");
  if (caller === undefined) throw new Problem("IDENTITY_UNKNOWN");
  return caller;
}

/** A SPIFFE id taken apart; undefined when it is none of ours. */
export function parseIdentity(id: string): Caller | undefined {
  return callerNamed(spiffeId(id));
}

export function trustDomainOf(id: string): string | undefined {
  return spiffeId(id)?.domain;
}

/** The identity in a certificate's subject alternative names as Node prints them, as `spiffeIdInNames`. */
export function identityInNames(names: string | undefined): Caller | undefined {
  return callerNamed(spiffeIdInNames(names));
}

function callerNamed(spiffe: SpiffeId | undefined): Caller | undefined {
  const kind = identityKinds.find((known) => known === spiffe?.kind);
  if (spiffe === undefined || kind === undefined) return undefined;
  const { id, name } = spiffe;
  return { kind, name, id, person: `${kind}/${name}` };
}

/**
 * How a log line names a caller: services and providers as they are, a person by what is the same in every line and
 * names nobody. Who holds the list of identities finds whose it is.
 */
export function loggedAs({ kind, id }: Pick<Caller, "kind" | "id">): string {
  if (isNamedInLogs(kind)) return id;
  return `${kind}#${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}

type Call = Parameters<ServerInterceptor>[1];

/** By connection, whose certificate stays the same: reading one takes longer than all else of a short call. */
const callers = new WeakMap<object, Caller>();

/** Who is at the other end of a call's connection; nobody whom the trust domain does not know. */
export function callerOn(call: Call, connection: object | undefined, trustDomain: string): Caller | undefined {
  const known = connection && callers.get(connection);
  const caller = known ?? identityInNames(call.getAuthContext().sslPeerCertificate?.subjectaltname);
  if (connection !== undefined && caller !== undefined) callers.set(connection, caller);
  return caller !== undefined && trustDomainOf(caller.id) === trustDomain ? caller : undefined;
}
