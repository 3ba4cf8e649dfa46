import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MovableClock } from "@ntd/service";
import { change, openStore } from "@ntd/store";
import { expect, test } from "vitest";
import { connectorId } from "../src/connectors/connector-id.ts";
import { newConnector } from "../src/connectors/connector.ts";
import { connectorsIn } from "../src/connectors/connectors-file.ts";
import { due } from "../src/connectors/every-second-pull.ts";
import { openCollections } from "../src/store.ts";
import { MINUTE, NOW } from "./bed.ts";

test("connectors that the file names no more, however many, keep none that it names from its turn", async () => {
  await using stack = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "ntd-due-"));
  stack.defer(() => rm(dir, { recursive: true, force: true }));
  const collections = await openCollections(stack.use(await openStore(`file:${join(dir, "store.sqlite")}`)));
  const before = new Date(NOW.getTime() - 1000);
  const left = (n: number) => newConnector({ name: `left-${n}`, kind: "ncmec", setId: "npo" }, before);
  for (let n = 0; n < 120; n++) await collections.connectors.insert(`left-${n}`, left(n));
  const file = { kind: "ncmec", url: "https://npo.example", set: "npo", user_file: "/u", password_file: "/p" };
  const named = connectorsIn({ connectors: { npo: file } }, (at, description) => expect.fail(`${at} ${description}`));
  const deps = { ...collections, clock: new MovableClock(NOW), connectorsNow: () => named };
  expect(await due(deps, new Set())).toEqual(named);
  // Also one that was put off by a clock that was a year ahead.
  const id = connectorId(named[0] ?? expect.fail());
  const dueAt = new Date(NOW.getTime() + 365 * 24 * 60 * MINUTE);
  await change(collections.connectors, id, (state) => state && { state: { ...state, dueAt } });
  expect(await due(deps, new Set())).toEqual(named);
});
