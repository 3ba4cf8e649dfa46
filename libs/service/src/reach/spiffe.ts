/** A SPIFFE id of the platform's form, `spiffe://{domain}/{kind}/{name}`, taken apart. */
export interface SpiffeId {
  id: string;
  domain: string;
  kind: string;
  name: string;
}

const FORM = /^spiffe:\/\/([a-z0-9][a-z0-9.-]{0,254})\/([a-z]+)\/([a-z0-9-]{1,63})$/;

/** Undefined when it is none of ours. */
export function spiffeId(id: string): SpiffeId | undefined {
  const [, domain, kind, name] = FORM.exec(id) ?? [];
  return domain === undefined || kind === undefined || name === undefined ? undefined : { id, domain, kind, name };
}

/**
 * The id among a certificate's subject alternative names as Node prints them, if there is exactly one URI (the SPIFFE
 * rule). Quoted entries are dropped first: Node quotes what holds a comma, so that a name cannot pose as two.
 */
export function spiffeIdInNames(names: string | undefined): SpiffeId | undefined {
  const uris = (names ?? "")
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
    .split(", ")
    .filter((entry) => entry.startsWith("URI:"));
  return uris.length === 1 ? spiffeId((uris[0] ?? "").slice("URI:".length)) : undefined;
}

/** Whether log lines name who is of this kind: services and providers; of a person they do not tell who it is. */
export function isNamedInLogs(kind: string): boolean {
  return kind === "service" || kind === "isp";
}
