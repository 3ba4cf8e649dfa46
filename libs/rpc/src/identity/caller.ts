import { Problem } from "@ntd/service";
import type { CallContext } from "nice-grpc";
import { type ServerInterceptor, ServerInterceptingCall } from "@grpc/grpc-js";
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

const HEADER = "x-ntd-caller";

/**
 * The caller of the call in hand.
 *
 * @throws Problem IDENTITY_UNKNOWN when its certificate carries no identity.
 */
export function callerOf(context: CallContext): Caller {
  const caller = parseIdentity(context.metadata.get(HEADER) ?? "");
  if (caller === undefined) throw new Problem("IDENTITY_UNKNOWN");
  return caller;
}

const IDENTITY = /^spiffe:\/\/([a-z0-9][a-z0-9.-]{0,254})\/([a-z]+)\/([a-z0-9-]{1,63})$/;

/** A SPIFFE id taken apart; undefined when it is none of ours. */
export function parseIdentity(id: string): Caller | undefined {
  const [, , kindText, name] = IDENTITY.exec(id) ?? [];
  const kind = identityKinds.find((k) => k === kindText);
  return kind === undefined || name === undefined ? undefined : { kind, name, id, person: `${kind}/${name}` };
}

export function trustDomainOf(id: string): string | undefined {
  return IDENTITY.exec(id)?.[1];
}

/**
 * The identity in a certificate's subject alternative names as Node prints them, if there is exactly one URI (the
 * SPIFFE rule). Quoted entries are dropped first: Node quotes what holds a comma, so that a name cannot pose as two.
 */
export function identityInNames(names: string | undefined): Caller | undefined {
  const uris = (names ?? "")
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
    .split(", ")
    .filter((entry) => entry.startsWith("URI:"));
  return uris.length === 1 ? parseIdentity((uris[0] ?? "").slice("URI:".length)) : undefined;
}

type Call = Parameters<ServerInterceptor>[1];

/** By connection, whose certificate stays the same: reading one takes longer than all else of a short call. */
const callers = new WeakMap<object, Caller>();

function callerOn(call: Call): Caller | undefined {
  // grpc-js has no door to the connection; should the field go, the certificate is read at each call.
  const connection = (call as unknown as { stream?: { session?: object } }).stream?.session;
  const known = connection && callers.get(connection);
  const caller = known ?? identityInNames(call.getAuthContext().sslPeerCertificate?.subjectaltname);
  if (connection !== undefined && caller !== undefined) callers.set(connection, caller);
  return caller;
}

/**
 * nice-grpc shows handlers no certificate, so this interceptor writes the identity into the call's metadata, in place
 * of whatever the client put there. Identities of another trust domain count as none.
 */
export function bridgeIdentity(trustDomain: string): ServerInterceptor {
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start(next) {
        next({
          onReceiveMetadata(metadata, forward) {
            metadata.remove(HEADER);
            const caller = callerOn(call);
            if (caller !== undefined && trustDomainOf(caller.id) === trustDomain) metadata.set(HEADER, caller.id);
            forward(metadata);
          },
        });
      },
    });
}
