import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { earlierPorts } from "./ports.ts";

test.each([
  ["what it should be", '{"intake": "localhost:7406", "nats": "tls://127.0.0.1:7400"}', { intake: 7406, nats: 7400 }],
  ["no ports", '{"intake": "localhost:70000", "nats": "tls://127.0.0.1:0", "prober": "x:-1", "casework": "y:1.5"}', {}],
  ["nobody's", '{"portal": "localhost:80"}', {}],
  ["cut off", '{"intake": "localho', {}],
  ["nothing", "null", {}],
  ["no addresses", '{"intake": 7406}', {}],
])("the ports of an earlier start, of a file that holds %s", async (_, text, ports) => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-ports-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, "endpoints.json"), text);
  expect(await earlierPorts(dir)).toEqual(ports);
});
