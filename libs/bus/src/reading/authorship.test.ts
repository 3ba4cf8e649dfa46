import { headers as natsHeaders } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { examples } from "../../test/examples.ts";
import { nouns } from "../catalog/catalog.ts";
import { eventOf, toHeaders } from "../writing/envelope.ts";
import { isByOwner } from "./authorship.ts";

const event = { ...eventOf(nouns.notice, "issued", "n", examples.notice, new Date(0), "alpha"), version: 1 };
const genuine = () => toHeaders(event);

test.each(["takedown.notice.issued.alpha", "redrive.compliance.notice"])(
  "an event is its owner's under %s",
  (subject) => {
    expect(isByOwner(nouns.notice, "compliance", subject, genuine())).toBe(true);
  },
);

test.each([
  "takedown.notice.answered.alpha",
  "takedown.notice",
  "takedown.notice.issuedx",
  "takedown.case.issued",
  "casework.notice.issued",
  "redrive.prober.notice",
  "redrive.compliance.case",
  "dead.compliance.notice",
])("a copy of it under %s is foreign", (subject) => {
  expect(isByOwner(nouns.notice, "compliance", subject, genuine())).toBe(false);
});

test.each([
  ["ce-source", "/services/casework"],
  ["ce-source", ""],
  ["ce-type", ""],
  ["ce-type", "ntd.takedown.notice.answered.v1"],
  ["ce-type", "ntd.takedown.notice..v1"],
  ["ce-type", "ntd.casework.case.issued.v1"],
  ["ce-type", "ntd.takedown.notice.issued"],
  ["ce-type", "ntd.takedown.notice.issued.v1.x"],
])("with %s %j it is foreign", (name, value) => {
  const headers = genuine();
  headers.set(name, value);
  expect(isByOwner(nouns.notice, "compliance", event.subject, headers)).toBe(false);
});

test("without headers, as the server's own answers are, it is foreign", () => {
  expect(isByOwner(nouns.notice, "compliance", event.subject, undefined)).toBe(false);
  expect(isByOwner(nouns.notice, "compliance", event.subject, natsHeaders())).toBe(false);
});

test("an event of another noun is not taken for one of this, though everything about it agrees", () => {
  expect(isByOwner(nouns.case, "compliance", event.subject, genuine())).toBe(false);
});
