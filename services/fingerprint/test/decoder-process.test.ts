import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { DecoderProcess } from "../src/decoder-process.ts";

const task = { bytes: new Uint8Array(), recipe: "exact", watch: false } as const;
const soFar = { kind: "decoded", frameCount: 2 };
// Stands in for a decoder: it says at once what it knows so far, and then nothing more.
const program = `
  process.on("message", () => process.send({ kind: "so far", known: { kind: "decoded", frameCount: 2 } }));
  process.send({ kind: "ready", differing: [] });
`;
const start = () => spawn(process.execPath, ["-e", program], { stdio: ["ignore", "ignore", "pipe", "ipc"] });

test("what a decoder said before it took too long stands", async () => {
  await using decoder = new DecoderProcess({ kind: "none", why: "", start });
  await decoder.ready();
  const decoding = await decoder.decode(task, { timeoutMs: 3000, maxRssMb: 10_000 });
  expect(decoding).toEqual({ kind: "killed", reason: "time", soFar });
});

test("what a decoder said before it ended by itself stands", async () => {
  const child = start();
  await using decoder = new DecoderProcess({ kind: "none", why: "", start: () => child });
  await decoder.ready();
  const decoding = decoder.decode(task, { timeoutMs: 60_000, maxRssMb: 10_000 });
  child.on("message", () => child.kill("SIGKILL"));
  expect(await decoding).toEqual({ kind: "crashed", soFar });
});
