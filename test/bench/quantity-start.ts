import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServiceName } from "@ntd/scripts/platform";
import { atMost, type Figure } from "./report.ts";
import { startTestPlatform } from "../platform.ts";

const services = ["hashlists", "matching", "prober", "casework", "takedown", "compliance"] as const;

/** How long each service takes from its start as a process to SERVING, with the store that its own part has filled. */
export async function measureStart(dir: string): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "ntd-bench-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const filled = services.filter((name) => existsSync(storeOf(dir, name)));
  const settings = Object.fromEntries(filled.map((name) => [name, { STORE_URL: `file:${storeOf(dir, name)}` }]));
  const platform = stack.use(await startTestPlatform({ dir: folder, apply: {}, settings }));
  await platform.serving();
  const figures: Figure[] = [];
  for (const name of filled) {
    await platform.services[name].kill("SIGTERM");
    const began = performance.now();
    platform.services[name].start();
    await platform.serving(name);
    figures.push(atMost(`${name}: start to SERVING`, (performance.now() - began) / 1000, "s", 10));
  }
  return figures;
}

const storeOf = (dir: string, name: ServiceName) => join(dir, `${name}.sqlite`);
