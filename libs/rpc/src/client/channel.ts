import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { createChannel, type Channel } from "nice-grpc";
import { identityInNames, trustDomainOf } from "../identity/caller.ts";
import { channelOptions } from "./channel-options.ts";
import { channelCredentials } from "../identity/credentials.ts";
import { fixedIdentity, type Identity } from "../identity/identity-files.ts";

/** Where a client goes and as whom. */
export interface ChannelSettings {
  /** `host:port`; the host must be a DNS name of the server's certificate. */
  address: string;
  /** Folder with cert.pem, key.pem and ca.pem of the caller, read once; or one that is watched. */
  identityDir: string | Identity;
  /** Largest message taken; default 4 MiB. */
  maxMessageBytes?: number;
  /** A peer that is silent for one and a half times this is given up; default 10,000 ms. */
  keepaliveMs?: number;
}

/** A connection over mutual TLS to a server whose identity is a service's; made at the first call, and again. */
export function openChannel(settings: ChannelSettings): Channel {
  const { identityDir } = settings;
  const identity = typeof identityDir === "string" ? fixedIdentity(identityDir) : identityDir;
  const credentials = channelCredentials(identity, isService(identity.value.trustDomain));
  return createChannel(settings.address, credentials, { ...channelOptions(settings), ...reconnecting });
}

// A service that was started again is found within two seconds; grpc-js alone may wait for two minutes.
const reconnecting = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2000,
  "grpc.min_reconnect_backoff_ms": 5000,
};

// Every holder of a certificate could pose as a server otherwise, since one authority issues them all.
function isService(trustDomain: string): (host: string, certificate: PeerCertificate) => Error | undefined {
  return (host, certificate) => {
    const peer = identityInNames(certificate.subjectaltname);
    if (peer?.kind !== "service" || trustDomainOf(peer.id) !== trustDomain) {
      return new Error("the server's certificate carries no identity of kind service in this trust domain");
    }
    return checkServerIdentity(host, certificate);
  };
}
