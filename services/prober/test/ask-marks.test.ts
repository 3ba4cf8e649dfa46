import { randomBytes } from "node:crypto";
import type { AskMarksRequest } from "@ntd/proto/casework/v1/mark_service";
import { createLog, Health, openAddress, sealAddress, sealer as sealerOf, systemClock } from "@ntd/service";
import { expect, test } from "vitest";
import { newTarget } from "./examples.ts";
import type { Target } from "../src/targets/target-state.ts";
import { askedFirst, askingMarks, NOT_ASKED } from "../src/look/marks.ts";

const sealer = sealerOf(new Map([["2020-01", randomBytes(32)]]));
const url = "http://host.example/a.png";
const address = sealAddress(sealer, { original: url, fetch: `${url}#top`, key: url }, systemClock.now());

/** A look, whose host is marked or not. */
function asking(isHeld: boolean, known: Partial<Target> = {}) {
  const asked: AskMarksRequest[] = [];
  const askMarks = async (request: AskMarksRequest) => {
    asked.push(request);
    return isHeld;
  };
  const deps = { clock: systemClock, sealer, askMarks, hostDigest: (host: string) => `digest of ${host}` };
  return { asked, mayConnect: askedFirst(deps, newTarget({ address, ...known })).mayConnect };
}

test("before a first look each address and each of its IPs is asked for once, however many eyes look", async () => {
  const { asked, mayConnect } = asking(false);
  const places = [
    { url, ips: ["192.0.2.1"] },
    { url, ips: ["192.0.2.2"] },
    { url: "http://other.example/", ips: ["192.0.2.1"] },
  ];
  for (const place of [...places, ...places]) expect(await mayConnect?.(place)).toBe(true);
  expect(asked.map(({ resolvedIps }) => resolvedIps)).toEqual([["192.0.2.1"], ["192.0.2.2"], ["192.0.2.1"]]);
  expect(asked.slice(0, 2).map((one) => one.address)).toEqual([address, address]);
  expect(asked[2]?.address && openAddress(sealer, asked[2].address).fetch).toBe("http://other.example/");
});

test("what is held is not connected to", async () => {
  expect(await asking(true).mayConnect?.({ url, ips: [] })).toBe(false);
});

test("of what was connected to before only other hosts are asked for than its own and where it led", async () => {
  const later = asking(true, { resolvedIp: "192.0.2.1", movedTo: "digest of known.example" });
  for (const known of [url, "http://host.example/b", "http://known.example/"]) {
    expect(await later.mayConnect?.({ url: known, ips: [] })).toBe(true);
  }
  expect(later.asked).toEqual([]);
  expect(await later.mayConnect?.({ url: "http://other.example/", ips: [] })).toBe(false);
  const first = asking(true, { movedTo: "digest of known.example" });
  expect(await first.mayConnect?.({ url: "http://known.example/", ips: [] })).toBe(false);
});

test("while casework does not answer nothing is allowed, and health says so until it does", async () => {
  await using health = new Health(createLog("prober", "silent"));
  let isAway = true;
  const call = () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve({ isHeld: true }));
  const ask = askingMarks(call, health);
  const request = { targetId: "t", episode: 1, address, resolvedIps: [] };
  await expect(ask(request)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect([...health.degraded]).toEqual(["casework"]);
  health.degrade(NOT_ASKED);
  isAway = false;
  expect([await ask(request), [...health.degraded]]).toEqual([true, []]);
});
