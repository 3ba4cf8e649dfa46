import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStore } from "../src/index.ts";
import { dir } from "./adapters.ts";

const program = join(import.meta.dirname, "killed-writer.ts");
let file = 0;

/** Lets the writer say so many lines, kills it, and gives the highest version that it said of each id. */
async function killedAfter(url: string, lines: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [program, url], { stdio: ["ignore", "pipe", "inherit"] });
  const said = new Map<string, number>();
  let left = lines;
  for await (const line of createInterface({ input: child.stdout })) {
    const [id = "", version] = line.split(" ");
    said.set(id, Number(version));
    if (--left === 0) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return said;
}

test("killed in the middle of its groups: everything that was answered is there, and its event with it", async () => {
  const kills = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(kills, async (lines) => {
      const url = `file:${join(dir, `killed-${file++}`)}`;
      for (const after of lines) {
        const said = await killedAfter(url, after);
        await using store = await openStore(url);
        const counters = await store.collection<{ count: number }>({ name: "counters", fields: {} });
        for (const [id, version] of said) {
          const found = await counters.load(id);
          // One more may have been on its way to be answered.
          expect([version, version + 1]).toContain(found?.version);
          expect(found?.state.count).toBe(found?.version);
          const last = (await counters.outbox.read(id)).at(-1);
          expect(last).toMatchObject({ id: `${id}-${found?.version}`, version: found?.version });
        }
      }
    }),
    { numRuns: runs(3) },
  );
}, 300_000);
