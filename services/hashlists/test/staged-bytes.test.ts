import { createHash } from "node:crypto";
import { callSignal, inCall } from "@ntd/service";
import { expect, test } from "vitest";
import { keptTogether } from "../src/uploads/staged-bytes.ts";

const bytes = Buffer.from("a list");

/** What one attempt left, and how often it is read. */
function left() {
  const held = Promise.withResolvers<void>();
  const counted = { reads: 0, letGo: () => held.resolve() };
  async function* pages() {
    counted.reads++;
    await held.promise;
    callSignal()?.throwIfAborted();
    yield [{ id: "p", version: 1, state: { schemaVersion: 1, part: "p", from: 0, bytes } }];
  }
  const staged = { pages } as unknown as Parameters<typeof keptTogether>[0]["staged"];
  return { kept: keptTogether({ staged }), counted };
}

test("what is kept of an upload is read once for all who ask at a time, and again for who asks later", async () => {
  const { kept, counted } = left();
  const attempts = [{ part: "p", from: 0 }];
  const asked = [kept(attempts), kept([...attempts]), kept(attempts)];
  counted.letGo();
  const digest = Uint8Array.from(createHash("sha256").update(bytes).digest());
  expect(await Promise.all(asked)).toEqual(Array(3).fill({ bytes: 6, digest }));
  expect(counted.reads).toBe(1);
  await kept(attempts);
  expect(counted.reads).toBe(2);
  await kept([{ part: "other", from: 0 }]);
  expect(counted.reads).toBe(3);
});

test("who gives up asking takes it from nobody else who asks", async () => {
  const { kept, counted } = left();
  const tired = new AbortController();
  const attempts = [{ part: "p", from: 0 }];
  const asked = [inCall(tired.signal, () => kept(attempts)), kept(attempts)];
  tired.abort();
  counted.letGo();
  expect((await Promise.all(asked)).map((answer) => answer.bytes)).toEqual([6, 6]);
});
