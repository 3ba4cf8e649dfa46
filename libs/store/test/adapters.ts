import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containersMissing, startMongoContainer } from "@ntd/testing";
import { afterAll } from "vitest";

const noContainers = await containersMissing();
export const dir = mkdtempSync(join(tmpdir(), "ntd-store-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** What the contract runs on, and why one is left out. */
interface Adapter {
  name: string;
  reason: string | undefined;
  start: () => Promise<{ url: () => string } & AsyncDisposable>;
}
export const adapters: Adapter[] = [
  {
    name: "sqlite",
    reason: undefined,
    start: async () => ({ url: () => `file:${join(dir, randomUUID())}`, [Symbol.asyncDispose]: async () => undefined }),
  },
  {
    name: noContainers === undefined ? "mongo" : `mongo (skipped: ${noContainers})`,
    reason: noContainers,
    async start() {
      const server = await startMongoContainer();
      return {
        url: () => `${server.url}/t${randomUUID().slice(0, 8)}`,
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      };
    },
  },
];
