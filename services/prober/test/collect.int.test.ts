import { createLog, Health, Problem, sealer, systemClock } from "@ntd/service";
import { expect, onTestFinished, test } from "vitest";
import { Turns } from "../src/look/turns.ts";
import type { Visit } from "../src/look/look.ts";
import { collected, pageOf, type CollectDeps } from "../src/page/collect.ts";
import { asked } from "./asked.ts";
import { onPages } from "./examples.ts";
import { nameless, rules, web } from "./fetch-bed.ts";

test("where one picture cannot be judged now, nothing of the page is under way any more once that is said", async () => {
  const others = Promise.withResolvers<void>();
  const hits: string[] = [];
  const port = await web((request, response) => {
    hits.push(request.url ?? "");
    if (request.url === "/1.jpg") response.end("a picture");
    else void others.promise.then(() => response.writeHead(404).end());
  });
  const health = new Health(createLog("prober", "silent"));
  onTestFinished(() => health[Symbol.asyncDispose]());
  const deps: CollectDeps = {
    ...onPages,
    health,
    turns: new Turns(4),
    recipe: { inUse: undefined },
    fingerprintTimeoutMs: 10_000,
    fingerprint: () => {
      others.resolve();
      throw new Problem("PEER_UNAVAILABLE");
    },
    rules: { pageAgainMs: 1000 },
    clock: systemClock,
    sealer: sealer(new Map([["2026-01", new Uint8Array(32)]])),
    hostDigest: (hostname) => hostname,
    fetchRules: { ...rules(port), dnsOf: () => nameless },
  };
  let inside = 0;
  const room = () => {
    inside++;
    return { enter: () => true, leave: () => void inside-- };
  };
  const visit = {
    eye: asked.eye,
    lane: "watch",
    room,
    mayConnect: () => Promise.resolve(true),
    mayShow: () => Promise.resolve(true),
    onRequest: () => undefined,
    stop: new AbortController().signal,
  } as unknown as Visit;
  const head = { url: `http://127.0.0.1:${port}/page`, status: 200, headers: new Map<string, string[]>() };
  const shown = Array.from({ length: 20 }, (_, n) => `<img src="/${n + 1}.jpg">`).join("");
  const page = await pageOf(head, Buffer.from(`<!doctype html><html><body>${shown}</body></html>`));
  if (page === undefined) throw new Error("no page");
  const known = { items: new Map(), small: new Set<string>(), isAnew: true };
  await expect(collected(deps, page, known, visit)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect(inside).toBe(0);
  expect(hits).toHaveLength(4);
});
