import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { hostPort, Problem, wayOut, type WayOut } from "@ntd/service";
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

/** A connection and what it is made with. */
export interface Opened {
  channel: Channel;
  identity: Identity;
  way: WayOut;
}

/**
 * A connection over mutual TLS to a server whose identity is a service's; made at the first call, and again. It goes
 * through the HTTP proxy that the environment names, if any, but never to this machine itself.
 *
 * @throws Problem CONFIG_INVALID for an identity folder or a proxy that cannot be used.
 */
export function openChannel(settings: ChannelSettings): Opened {
  const { address, identityDir } = settings;
  const identity = typeof identityDir === "string" ? fixedIdentity(identityDir) : identityDir;
  const credentials = channelCredentials(identity, isService(identity.value.trustDomain));
  const way = wayTo(address);
  const [target, proxied] = throughProxy(address, way);
  const options = { ...channelOptions(settings), ...reconnecting, "grpc.enable_http_proxy": 0, ...proxied };
  return { channel: createChannel(target, credentials, options), identity, way };
}

function wayTo(address: string): WayOut {
  const to = hostPort(address);
  const way: WayOut = to === undefined ? { is: "direct" } : wayOut(to, process.env);
  if (way.is !== "unusable") return way;
  throw new Problem(
    "CONFIG_INVALID",
    `${way.variable} names no HTTP proxy (${way.scheme === "" ? "it is no URL" : `it is of kind ${way.scheme}`}), and ${address} would be ` +
      "reached through it. Name one as http://host:port, or the host in no_proxy.",
  );
}

// As grpc-js does it by itself, which knows neither this machine nor NO_PROXY.
function throughProxy(address: string, way: WayOut): [string, Record<string, string>] {
  if (way.is !== "proxy") return [address, {}];
  // It writes a line at each attempt that fails, for ever.
  setLogVerbosity(logVerbosity.NONE);
  const { host, port, credentials } = way;
  return [
    `dns:${host.includes(":") ? `[${host}]` : host}:${port}`,
    {
      "grpc.default_authority": address,
      "grpc.http_connect_target": `dns:${address}`,
      ...(credentials !== undefined && { "grpc.http_connect_creds": credentials }),
    },
  ];
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
