import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { derivedId } from "@ntd/service";
import { change } from "@ntd/store";
import type { Collections } from "../store.ts";

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

type Pages = Pick<Collections, "pages">;

/** Keeps a page in its place; what another attempt has left there goes. */
export async function keepPage({ pages }: Pages, connectorId: string, number: number, bytes: Uint8Array) {
  const state = { schemaVersion: 1 as const, connectorId, bytes: await packed(bytes) };
  await change(pages, pageId(connectorId, number), () => ({ state }));
}

/** The pages of a range, in order. */
export async function* keptPages({ pages }: Pages, connectorId: string, count: number): AsyncGenerator<Uint8Array> {
  for (let number = 0; number < count; number++) {
    const page = await pages.load(pageId(connectorId, number));
    if (page === undefined) throw new Error(`page ${number} of ${count} is not there`);
    yield await unpacked(page.state.bytes);
  }
}

const AT_ONCE = 1000;

/** Forgets all pages of a connector. */
export async function dropPages({ pages }: Pages, connectorId: string): Promise<void> {
  for (;;) {
    const { columns } = await pages.project({ where: { connectorId }, limit: AT_ONCE }, { id: "text" });
    if (columns.id.length === 0) return;
    await pages.remove(...columns.id);
  }
}

const pageId = (connectorId: string, number: number) => derivedId("page", connectorId, number);
