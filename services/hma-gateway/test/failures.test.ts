import { createLog, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { serveHttp } from "../src/http-server.ts";

const NONE = "5".repeat(64);

test("what fails in the gateway is in its log with its cause, and what the platform answers with its reason", async () => {
  const lines: string[] = [];
  const log = createLog("hma-gateway", "warn", { write: (line) => void lines.push(line) });
  const failures = [new TypeError("answers of no kind"), new Problem("PEER_UNAVAILABLE")];
  const platform = { ask: () => Promise.reject(failures[0]), isReady: async () => false, pdqQuality: 50 };
  await using server = await serveHttp("127.0.0.1:0", undefined, platform, log);
  const status = async (path: string) => (await fetch(`http://${server.address}${path}`)).status;
  const lookup = `/m/lookup?signal_type=pdq&signal=${NONE}`;
  expect([await status(lookup), failures.shift() && (await status(lookup)), await status("/status")]).toEqual([
    500, 503, 503,
  ]);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("answers of no kind");
  expect(JSON.parse(lines[1] ?? "")).toMatchObject({ status: 503, path: "/m/lookup", reason: "PEER_UNAVAILABLE" });
  expect(lines.join()).not.toContain(NONE);
});
