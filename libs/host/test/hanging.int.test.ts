import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";

test("a drain with a part that hangs is ended ten seconds after the signal", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-host-"));
  await createAuthority(dir);
  const { dir: identity } = await issueIdentity(dir, { kind: "service", name: "icse-link" });
  const file = join(import.meta.dirname, "../fixtures/hanging.ts");
  const env = { PATH: process.env["PATH"] ?? "", NTD_ENVIRONMENT: "TEST", ICSE_LINK_IDENTITY_DIR: identity };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  const ended = once(child, "close");
  try {
    await eventually("it started", () => said.includes("started"));
    const before = Date.now();
    child.kill("SIGTERM");
    await eventually("what does not hang is released", () => said.includes("other released"));
    expect(await ended).toEqual([null, "SIGKILL"]);
    expect(Date.now() - before).toBeGreaterThan(8000);
  } finally {
    child.kill("SIGKILL");
    await rm(dir, { recursive: true, force: true });
  }
});
