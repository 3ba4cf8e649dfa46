import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Collection } from "@ntd/store";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listPage } from "../src/list-page.ts";

let things: Collection<{ at: Date }, "at">;
const held = new AsyncDisposableStack();
const count = 17;
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-list-"));
  held.defer(() => rm(dir, { recursive: true, force: true }));
  const store = held.use(await openStore(`file:${join(dir, "store.sqlite")}`));
  things = await store.collection<{ at: Date }, "at">({ name: "things", fields: { at: ({ at }) => at } });
  // Three at each time, so that pages end among equals.
  const documents = Array.from({ length: count }, (_, i) => ({ id: `${i}`, state: { at: new Date(i - (i % 3)) } }));
  await things.insertMany(documents);
});
afterAll(() => held.disposeAsync());

async function allPages(size: number, descending: boolean | undefined): Promise<string[]> {
  const ids: string[] = [];
  const query = descending === undefined ? {} : ({ orderBy: "at", descending } as const);
  for (let pageToken = "", pages = 0; ; pages++) {
    const page = await listPage(
      things,
      { pageSize: size, pageToken },
      query,
      descending === undefined ? undefined : (t) => t.at,
    );
    ids.push(...page.documents.map(({ id }) => id));
    // No empty page at the end, also when the last one is full.
    expect(page.documents.length > 0 && pages < count).toBe(true);
    if (page.nextPageToken === "") return ids;
    pageToken = page.nextPageToken;
  }
}

test("pages of any size, in any order, show everything once and end with an empty token", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: count + 1 }),
      fc.constantFrom(undefined, false, true),
      async (size, order) => {
        const ids = await allPages(size, order);
        expect(ids.toSorted()).toEqual(Array.from({ length: count }, (_, i) => `${i}`).toSorted());
      },
    ),
    { numRuns: runs(30) },
  );
});

test("a size or a token that is none is refused by name", async () => {
  await expect(listPage(things, { pageSize: -1, pageToken: "" })).rejects.toMatchObject({
    fields: [{ field: "page_size" }],
  });
  await expect(listPage(things, { pageSize: 0, pageToken: "x" })).rejects.toMatchObject({
    fields: [{ field: "page_token" }],
  });
});

test("a token is refused with another filter or order, and goes on with another size", async () => {
  const asked = { pageSize: 5, pageToken: "", state: "OPEN" };
  const other = { ...asked, state: "" };
  const { nextPageToken: pageToken } = await listPage(things, asked, { orderBy: "at" }, ({ at }) => at);
  const again = await listPage(things, { ...asked, pageSize: 3, pageToken }, { orderBy: "at" }, ({ at }) => at);
  expect(again.documents).toHaveLength(3);
  const refused = {
    fields: [{ field: "page_token", description: expect.stringContaining("another filter or order") }],
  };
  await expect(listPage(things, { ...other, pageToken }, { orderBy: "at" })).rejects.toMatchObject(refused);
  await expect(listPage(things, { ...asked, pageToken })).rejects.toMatchObject(refused);
});
