import { fork } from "node:child_process";
import type { Sandbox } from "@ntd/sandbox";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { ShutInBrowser } from "../src/look/shut-in-browser.ts";

const keeper = new URL("a-bad-start.ts", import.meta.url);
const sandbox: Sandbox = {
  kind: "none",
  why: "",
  start: () => fork(keeper, { serialization: "advanced", stdio: "pipe" }),
};
const sockets = () => process.getActiveResourcesInfo().filter((what) => what.startsWith("TCP")).length;

test("of a browser that does not start nothing is left open", async () => {
  const before = sockets();
  const starting = ShutInBrowser.start(sandbox, 0, new AbortController().signal);
  await expect(starting).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE", cause: new Error("no browser") });
  await eventually("what it handed out is closed", () => sockets() === before);
});
