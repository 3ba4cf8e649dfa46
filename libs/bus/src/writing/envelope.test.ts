import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { headers as natsHeaders } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { nouns, type NounName } from "../catalog/catalog.ts";
import { eventOf, toEvent, toHeaders } from "./envelope.ts";
import { earlierExamples } from "../../test/earlier-examples.ts";
import { examples } from "../../test/examples.ts";

const now = new Date("2026-01-02T03:04:05.678Z");
const release = examples.release;

test("an event goes through headers and bytes unharmed, and its headers name no more than opaque ids", () => {
  const drawn = eventOf(nouns.release, "activated", "set-1", release, now, "provider-1");
  expect(drawn.subject).toBe("hashlists.release.activated.provider-1");
  const headers = toHeaders({ ...drawn, version: 7 });
  expect(toEvent(nouns.release, headers, drawn.data)).toEqual({
    id: drawn.id,
    verb: "activated",
    time: now,
    aggregateId: "set-1",
    version: 7,
    data: release,
  });
  expect(headers.get("ce-specversion")).toBe("1.0");
  expect(headers.get("ce-type")).toBe("ntd.hashlists.release.activated.v1");
});

test("an event that the bus would never take is refused before it is saved", () => {
  const data = { ...release, setId: "x".repeat(600 * 1024) };
  expect(() => eventOf(nouns.release, "activated", "set-1", data, now)).toThrowError(
    expect.objectContaining({ reason: "TOO_LARGE" }) as Error,
  );
});

test.each([
  ["ce-id", ""],
  ["ce-aggregateversion", "0"],
  ["ce-aggregateversion", "x"],
  ["ce-time", "yesterday"],
])("a header %s of %j is unreadable, not a crash", (name, value) => {
  const drawn = eventOf(nouns.release, "activated", "set-1", release, now);
  const headers = toHeaders({ ...drawn, version: 1 });
  headers.set(name, value);
  expect(() => toEvent(nouns.release, headers, drawn.data)).toThrowError(
    expect.objectContaining({ reason: "EVENT_UNREADABLE" }) as Error,
  );
});

test("no headers and a broken payload are unreadable", () => {
  const drawn = eventOf(nouns.release, "activated", "set-1", release, now);
  const unreadable = expect.objectContaining({ reason: "EVENT_UNREADABLE" }) as Error;
  expect(() => toEvent(nouns.release, natsHeaders(), drawn.data)).toThrowError(unreadable);
  const broken = drawn.data.slice(0, -1);
  expect(() => toEvent(nouns.release, toHeaders({ ...drawn, version: 1 }), broken)).toThrowError(unreadable);
});

// Events of earlier releases lie in streams for years. These files are never changed: a contract that reads them
// otherwise has broken the past. A noun that is new, or has got fields, writes its file at its first run.
const golden: Readonly<Record<NounName, number>> = {
  report: 2,
  complaint: 1,
  target: 3,
  page: 1,
  match: 4,
  release: 3,
  case: 5,
  notice: 3,
};
const files = (Object.keys(nouns) as NounName[]).flatMap((name) =>
  Array.from({ length: golden[name] }, (_, i) => ({
    name,
    written: `${name}-${i + 1}`,
    newest: i + 1 === golden[name],
  })),
);

test.each(files)("an event $written reads as it was written", ({ name, written, newest }) => {
  const file = join(import.meta.dirname, "../../fixtures/golden", `${written}.binpb`);
  const { codec } = nouns[name] as (typeof nouns)["release"];
  const example = examples[name] as typeof release;
  const write = newest && !existsSync(file) && process.env["CI"] === undefined;
  if (write) writeFileSync(file, codec.encode(example).finish());
  expect(codec.decode(new Uint8Array(readFileSync(file)))).toEqual(newest ? example : earlierExamples[written]);
});
