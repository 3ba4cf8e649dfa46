import { randomUUID } from "node:crypto";
import type { Collection } from "@ntd/store";
import { halt } from "../../services/takedown/src/brake/rpc-halt-dispatch.ts";
import type { Deps } from "../../services/takedown/src/deps.ts";
import { onCase } from "../../services/takedown/src/dispatches/on-case.ts";
import { onTarget } from "../../services/takedown/src/dispatches/on-target.ts";
import { addProvider, decidedCase, eventOfData, openTestDeps } from "../../services/takedown/test/deps.ts";
import { aDecision, aNotice, aTarget, at, sealedNothing } from "../../services/takedown/test/examples.ts";
import { compared, timesOf, withLateness } from "./quantity-measure.ts";
import type { Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, quantile, stated, type Figure } from "./report.ts";

const LOOKS = 300;
const operator = {
  kind: "operator",
  name: "admin",
  id: "spiffe://ntd.test/operator/admin",
  person: "operator/admin",
} as const;

/** takedown with every open notice and provider of a country. */
export async function measureTakedown(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const url = await stores.filled("takedown", (fresh) => fill(fresh, sizes));
  await using empty = await openTestDeps(stores.empty("takedown"));
  await addProvider(empty, "isp-0", "h0.example");
  // What is looked at has its notice here too: the same work is compared.
  await inBatches(LOOKS, empty.notices, (n) => openNotice(n, sizes.providers));
  const opened = performance.now();
  await using full = await openTestDeps(url);
  const openMs = performance.now() - opened;
  const figures = [stated("takedown: open, with every provider in memory", openMs, "ms")];
  figures.push(...compared("takedown: a decided case to its notice", await decide(empty, 1), await decide(full, 1000)));
  figures.push(...compared("takedown: a look at a target", await look(empty), await look(full)));
  const attributed = await timesOf(2000, (n) =>
    full.directory.attribute(`http://a.h${(n * 7919) % sizes.providers}.example/x`, ""),
  );
  figures.push(atMost("takedown: finding the providers of an address, p99", quantile(attributed, 0.99), "ms", 5));
  const halted = await withLateness(() => halt(full, operator, { requestId: randomUUID(), reason: "drill" }));
  figures.push(atMost(`takedown: HaltDispatch over ${sizes.notices} notices that wait`, halted.ms, "ms", 1000));
  figures.push(atMost("takedown: event loop during HaltDispatch, p99 late", halted.lateMs, "ms", 50));
  return figures;
}

function decide(deps: Deps, hosts: number): Promise<number[]> {
  return timesOf(300, async (n) => {
    const caseId = randomUUID();
    const url = `http://a.h${n % hosts}.example/${caseId}.jpg`;
    const decision = aDecision(`decision of ${caseId}`);
    const { data } = decidedCase(deps, url, 1, { caseId, targetId: randomUUID(), decision });
    await onCase(deps)(eventOfData(caseId, 1, data));
  });
}

function look(deps: Deps): Promise<number[]> {
  return timesOf(LOOKS, (n) => {
    const targetId = `target-${n}`;
    return onTarget(deps)(eventOfData(targetId, 2, aTarget({ targetId, lastSeenTime: at(n) })));
  });
}

async function fill(url: string, { notices, providers }: Sizes): Promise<void> {
  await using deps = await openTestDeps(url);
  await inBatches(providers, deps.providers, (n) => ({
    id: `isp-${n}`,
    state: {
      schemaVersion: 1 as const,
      providerId: `isp-${n}`,
      displayName: `Provider ${n}`,
      domains: [`h${n}.example`, `h${n}.cdn.example`],
      prefixes: [0, 1, 2, 3].map((i) => `10.${(n >> 6) & 255}.${((n & 63) << 2) + i}.0/24`),
      roles: ["PROVIDER_ROLE_HOST" as const],
      identities: [`isp-${n}`],
      changes: [{ by: "operator/admin", at: at(-1000) }],
      requests: [],
    },
  }));
  await inBatches(2 * notices, deps.notices, (n) => openNotice(n, providers));
}

// Half of them wait to be offered, half were offered; ten providers have most, as in life.
function openNotice(n: number, providers: number) {
  const providerId = `isp-${n % 3 === 0 ? n % providers : n % 10}`;
  const target = { targetId: `target-${n}`, episode: 1, answers: [], goneBeforeOffer: false, version: 1 };
  const state = aNotice({
    noticeId: `notice-${n}`,
    dispatchId: `dispatch-${n}`,
    caseId: `case-${n}`,
    decisionId: `decision-${n}`,
    providerId,
    targets: [{ ...target, address: sealedNothing }],
    issuedTime: at(n),
    ...(n % 2 === 0 && { offeredTime: at(n + 1), acknowledgedTime: at(n + 2) }),
  });
  return { id: state.noticeId, state };
}

async function inBatches<S>(
  count: number,
  collection: Pick<Collection<S>, "insertMany">,
  make: (n: number) => { id: string; state: S },
): Promise<void> {
  for (let from = 0; from < count; from += 1000) {
    await collection.insertMany(Array.from({ length: Math.min(1000, count - from) }, (_, i) => make(from + i)));
  }
}
