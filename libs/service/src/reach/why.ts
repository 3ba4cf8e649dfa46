import { X509Certificate } from "node:crypto";
import { checkServerIdentity } from "node:tls";
import type { Observation } from "./observe.ts";
import type { HostPort, WayOut } from "./proxy.ts";
import { isNamedInLogs, spiffeIdInNames } from "./spiffe.ts";

/** Why there is no connection: a word for programs, a sentence with the mend for people. */
export interface Why {
  why:
    | "host"
    | "port"
    | "protocol"
    | "silent"
    | "name"
    | "authority"
    | "expired"
    | "not_yet_valid"
    | "kind"
    | "refused"
    | "denied"
    | "proxy";
  sentence: string;
}

export interface Seeker {
  to: HostPort;
  way: WayOut;
  /** PEM of whoever connects. */
  cert: Uint8Array;
  speaks: "grpc" | "nats";
}

/** What an observation means, for whoever looks after it; undefined when the other side answers well. */
export function whyNot(seen: Observation, seeker: Seeker, now: Date): Why | undefined {
  const { to, way } = seeker;
  const at = `${to.host}:${to.port}`;
  const proxy = way.is === "proxy" ? `The proxy ${way.host}:${way.port} (${way.variable})` : "";
  const around = `Mend ${way.is === "proxy" ? way.variable : ""}, or name ${to.host} in no_proxy.`;
  switch (seen.is) {
    case "proxy unreachable":
      return { why: "proxy", sentence: `${proxy} cannot be reached${inBrackets(seen.code)}. ${around}` };
    case "proxy refuses":
      return { why: "proxy", sentence: `${proxy} does not lead to ${at}: it answers ${seen.status}. ${around}` };
    case "no such host":
      return { why: "host", sentence: `There is no host ${to.host}. Mend the address ${at}.` };
    case "nothing listens":
      return {
        why: "port",
        sentence: `Nothing listens at ${at}${inBrackets(seen.code)}. Start it, or mend the address.`,
      };
    case "silent":
      if (seen.at === "proxy") return { why: "proxy", sentence: `${proxy} says nothing. ${around}` };
      return { why: "silent", sentence: `What is at ${at} says nothing. Look whether it hangs, or mend the address.` };
    case "no TLS":
      return {
        why: "protocol",
        sentence: `What listens at ${at} is no ${partner(seeker)} of the platform. Mend the port.`,
      };
    case "our certificate is refused":
      return unwelcome(new X509Certificate(seeker.cert), `What listens at ${at}`, now);
    case "TLS":
      return overTls(seen, seeker, now);
  }
}

function overTls(seen: Observation & { is: "TLS" }, seeker: Seeker, now: Date): Why | undefined {
  const at = `${seeker.to.host}:${seeker.to.port}`;
  const { server } = seen;
  if (server === undefined) return other(`What listens at ${at} has no certificate. Mend the port.`);
  return (
    untrusted(seen.fault, server, at, now) ??
    notTheRight(server, seeker) ??
    (seeker.speaks === "grpc" && seen.protocol !== "h2"
      ? other(`What listens at ${at} is ${who(server)} and speaks no gRPC. Mend the port.`)
      : undefined) ??
    denied(seen, seeker, at) ??
    (seen.after === "end" ? unwelcome(new X509Certificate(seeker.cert), `${who(server)} at ${at}`, now) : undefined) ??
    (seen.after === "silence" && seeker.speaks === "grpc"
      ? { why: "silent", sentence: `${who(server)} at ${at} says nothing. Look whether it hangs.` }
      : undefined)
  );
}

function other(sentence: string): Why {
  return { why: "protocol", sentence };
}

// What we have against its certificate.
function untrusted(fault: string, server: X509Certificate, at: string, now: Date): Why | undefined {
  if (fault === "") return undefined;
  const whose = `The certificate of ${who(server)} at ${at}`;
  const wrongTime = outOfTime(server, whose, "there", now);
  if (wrongTime !== undefined) return wrongTime;
  if (/EXPIRED|NOT_YET/.test(fault)) {
    return {
      why: "expired",
      sentence: `The authority that issued ${who(server)} at ${at} has ended. Bring the ca.pem of the next one.`,
    };
  }
  if (/PURPOSE/.test(fault)) return noService(server, at);
  return {
    why: "authority",
    sentence: `${whose} was issued by an authority (${nameOf(server.issuer)}) that is not in our ca.pem. Add it there, or mend the address.`,
  };
}

// The bus may have any name of its operator's; a service must be one, since one authority issues everybody.
function notTheRight(server: X509Certificate, { to, cert, speaks }: Seeker): Why | undefined {
  const at = `${to.host}:${to.port}`;
  const [theirs, ours] = [
    spiffeIdInNames(server.subjectAltName),
    spiffeIdInNames(new X509Certificate(cert).subjectAltName),
  ];
  if (speaks === "grpc" && theirs?.kind !== "service") return noService(server, at);
  if (speaks === "grpc" && theirs?.domain !== ours?.domain) {
    return {
      why: "authority",
      sentence: `${who(server)} at ${at} is of the trust domain ${theirs?.domain}, we are of ${ours?.domain}. Mend the address.`,
    };
  }
  const names = server.toLegacyObject();
  if (checkServerIdentity(to.host, names) === undefined) return undefined;
  const hosts = (server.subjectAltName ?? "").split(", ").filter((one) => /^(DNS|IP Address):/.test(one));
  const listed = hosts.map((one) => one.replace(/^[^:]+:/, "")).join(", ");
  return {
    why: "name",
    sentence: `The certificate of ${who(server)} at ${at} is for ${listed || "no host"}, not for ${to.host}. Use such a name in the address, or issue it for ${to.host}.`,
  };
}

function noService(server: X509Certificate, at: string): Why {
  return { why: "kind", sentence: `What listens at ${at} is ${who(server)}, no service. Mend the address.` };
}

function denied({ answer }: { answer: string }, { cert, speaks }: Seeker, at: string): Why | undefined {
  if (speaks !== "nats" || !/Authorization|Authentication/i.test(answer)) return undefined;
  const own = who(new X509Certificate(cert));
  return {
    why: "denied",
    sentence: `The bus at ${at} does not know ${own}. Add it to the users of nats-server (ntd bus permissions).`,
  };
}

// What they have against ours: they close the connection and do not say.
function unwelcome(own: X509Certificate, whose: string, now: Date): Why {
  const wrongTime = outOfTime(own, `Our own certificate, of ${who(own)},`, "here", now);
  return (
    wrongTime ?? {
      why: "refused",
      sentence: `${whose} does not take our certificate, of ${who(own)}: it knows no authority ${nameOf(own.issuer)} like ours. Use a certificate of its authority.`,
    }
  );
}

function outOfTime(certificate: X509Certificate, whose: string, where: string, now: Date): Why | undefined {
  const { validFromDate: from, validToDate: until } = certificate;
  if (until <= now) {
    return {
      why: "expired",
      sentence: `${whose} expired on ${until.toISOString()}. Renew it ${where}: ntd certs renew DIR.`,
    };
  }
  if (from <= now) return undefined;
  return { why: "not_yet_valid", sentence: `${whose} holds from ${from.toISOString()} only. Set the clocks right.` };
}

function partner({ speaks }: Seeker): string {
  return speaks === "nats" ? "nats-server" : "service";
}

/** Persons are not named: this is logged. */
function who(certificate: X509Certificate): string {
  const identity = spiffeIdInNames(certificate.subjectAltName);
  if (identity === undefined) return "somebody without an identity of the platform";
  const { kind, name } = identity;
  return isNamedInLogs(kind) ? `${kind}/${name}` : `an identity of kind ${kind}`;
}

function nameOf(subject: string): string {
  return `"${/CN=([^\n]*)/.exec(subject)?.[1] ?? "without a name"}"`;
}

function inBrackets(code: string): string {
  return code === "" ? "" : ` (${code})`;
}
