import type { MsgHdrs } from "@nats-io/transport-node";
import { counter } from "@ntd/service";
import { redriveSubject } from "../catalog/catalog.ts";
import type { Noun } from "../catalog/noun.ts";

/**
 * Whether a message is an event of this noun by its owner, as far as it shows: its subject, type and source say the same.
 * nats-server lets only the owner publish under these subjects, but answers a request under any subject that the request
 * names, so that any service can have an answer of the server (without headers) put into a foreign stream, or a message
 * that it may read (with the headers of its true subject) put elsewhere.
 */
export function isByOwner(noun: Noun<unknown>, reader: string, subject: string, headers: MsgHdrs | undefined): boolean {
  if (headers?.get("ce-source") !== `/services/${noun.service}`) return false;
  const [ntd, service, name, verb, version, ...more] = headers.get("ce-type").split(".");
  const told = ntd === "ntd" && service === noun.service && name === noun.name && (verb ?? "") !== "";
  if (!told || !/^v\d+$/.test(version ?? "") || more.length > 0) return false;
  const own = `${noun.service}.${noun.name}.${verb}`;
  return subject === own || subject.startsWith(`${own}.`) || subject === redriveSubject(reader, noun.name);
}

/** A message that is no event of its stream's owner was dropped: it is no dead letter, since nobody could mend it. */
export const countForeign: (labels: { reader: string; noun: string }) => void = counter(
  "ntd_bus_foreign",
  "Messages dropped because they were not by the owner of their stream",
);
