import { spawn } from "node:child_process";
import { countTransitions, FORMS, RECIPE_EXACT } from "@ntd/imagehash";
import { expect, test } from "vitest";
import { DecoderProcess } from "../src/decoder-process.ts";
import { lineOf } from "../src/decoder-words.ts";
import type { Decoded } from "../src/decoding.ts";

const task = { bytes: new Uint8Array(3), recipe: "exact", watch: false } as const;
const hash = new Uint8Array(32).fill(1);
const known: Decoded = {
  kind: "decoded",
  ok: true,
  recipe: RECIPE_EXACT,
  format: "gif",
  width: 20,
  height: 30,
  frameCount: 2,
  degraded: true,
  pdq: { quality: 90, forms: Object.fromEntries(FORMS.map((form) => [form, hash])) as Decoded["pdq"]["forms"] },
  blockhash: { hash, transitions: countTransitions(hash) },
  renditions: [],
};
const patient = { timeoutMs: 60_000, maxRssMb: 10_000 };

/**
 * Stands in for a decoder that was taken over: is ready, and when a picture comes it does `then`, in which `say` writes to
 * the service.
 */
function taken(then: string) {
  const program = `
    const pipe = new (require("net").Socket)({ fd: 5 });
    const say = (what) => pipe.write(what);
    pipe.on("error", () => undefined);
    pipe.once("data", () => { ${then} });
    say("ready []\\n");
  `;
  const child = spawn(process.execPath, ["-e", program], {
    stdio: ["ignore", "ignore", "pipe", "ignore", "ignore", "pipe"],
  });
  return { child, sandbox: { kind: "none", why: "", start: () => child } as const };
}

async function decoding(then: string, bounds = patient) {
  await using decoder = new DecoderProcess(taken(then).sandbox);
  expect(await decoder.ready()).toEqual([]);
  return await decoder.decode(task, bounds);
}

const saying = (line: string) => `say(${JSON.stringify(line)});`;
const soFar = saying(lineOf("so-far", known));

test("what a decoder said before it took too long stands", async () => {
  const decoded = await decoding(soFar, { ...patient, timeoutMs: 1000 });
  expect(decoded).toEqual({ kind: "killed", reason: "time", soFar: known });
});

test("what a decoder said before it ended by itself stands, to its last word", async () => {
  expect(await decoding(`${soFar} pipe.end(() => process.exit());`)).toEqual({ kind: "crashed", soFar: known });
});

test("an answer comes whole, in however many pieces", async () => {
  const line = lineOf("answer", known);
  const piecewise = `let at = 0; const go = () => at < line.length && pipe.write(line.slice(at, at += 7), go); go();`;
  expect(await decoding(`const line = ${JSON.stringify(line)}; ${piecewise}`)).toEqual(known);
});

const answering = (json: string) => saying(`answer ${json}\n`);
const FLOOD = "const more = Buffer.alloc(65_536, 97); (function go() { pipe.write(more, go); })();";
test.each([
  ["bytes that are no line", "say(Buffer.from([0, 0, 0, 4, 1, 2, 3, 4, 10]));"],
  ["a line without an end", FLOOD],
  ["lines without an end", `(function go() { pipe.write(${JSON.stringify(lineOf("so-far", known))}, go); })();`],
  ["a word that there is not", saying("goodbye {}\n")],
  ["that it is ready, again", saying("ready []\n")],
  ["no JSON", answering("{")],
  ["JSON without an end", 'say("answer " + "[".repeat(200_000) + "\\n");'],
  ["what it knows, and that is nothing that it can know", `${saying("so-far {}\n")} pipe.end(() => process.exit());`],
  ["an answer of another kind", answering('{"kind":"killed","reason":"time"}')],
])("one that says %s is killed, and none of it is believed", async (_, then) => {
  expect(await decoding(then)).toEqual({ kind: "killed", reason: "answer" });
});

test("one that says more than it was asked is killed before it is asked again", async () => {
  const unasked = saying(lineOf("so-far", known));
  const { child, sandbox } = taken(`${saying(lineOf("answer", known))} setTimeout(() => { ${unasked} }, 50);`);
  await using decoder = new DecoderProcess(sandbox);
  await decoder.ready();
  expect(await decoder.decode(task, patient)).toEqual(known);
  await decoder.exited;
  expect(child.signalCode).toBe("SIGKILL");
  expect(await decoder.decode(task, patient)).toEqual({ kind: "killed", reason: "answer" });
});

test("however much it says, this process does not grow by it", async () => {
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 5; i++) await decoding(FLOOD);
  expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
});
