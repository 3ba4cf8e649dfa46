import { channel } from "node:diagnostics_channel";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { nouns } from "@ntd/bus";
import type { Page } from "@ntd/proto/prober/v1/page";
import { ProbeReason, type Target } from "@ntd/proto/prober/v1/target";
import { atOnce } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { long } from "@ntd/testing/runs";
import { expect, onTestFinished, test } from "vitest";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { hostilePage, TRICK_COUNT, type HostilePage } from "./hostile-page.ts";

/** Seeds of pages that found something: each is looked at in every run. */
const KEPT: readonly number[] = [];
/** The first have each trick alone; the same in every run, so that what one finds is found again. */
const SEEDS = Array.from({ length: long ? 1000 : TRICK_COUNT + 10 }, (_, at) => at + 1);

/** So much of a page, its whole look and of one fetch. */
const LIMITS = { pageMs: 2000, pageBytes: 16 * 1024 * 1024, pageMedia: 40, fetchTimeoutMs: 2000, maxBytes: 20_000_000 };
/** What is not seen is told of soon, and looked at seldom after that. */
const SOON = { slotMs: 1000, unreachableMs: 1, neverSeenSlots: [0] };
/** Only what hangs is to meet it: a machine may be ten times as busy as another. */
const DEADLINE_MS = 300_000;
/** Pages that are looked at side by side. */
const AT_ONCE = 4;
/** For each of them, with what its host holds of it here. */
const MOST_HELD_MB = 200 * AT_ONCE;

const NAMED: ReadonlySet<string> = new Set<string>(
  Object.values(ProbeReason).filter((name) => name !== "UNRECOGNIZED" && name !== ProbeReason.PROBE_FAILED),
);

test(
  "hostile pages: each look ends in its time with a name, and nothing is asked that nobody may ask",
  { timeout: 3_600_000 },
  async () => {
    const canary = await forbiddenHost();
    await using at = await openProberBed();
    await using _ = await at.startProber({ ...LIMITS, ...SOON });
    const told = watchTold(at);
    const connected = watchConnections();
    const before = process.memoryUsage().rss;
    let most = before;
    const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
    onTestFinished(() => clearInterval(sampling));
    await atOnce([...new Set([...KEPT, ...SEEDS])], AT_ONCE, async (seed) => {
      await lookedAt(at, told, hostilePage(seed, canary.addresses));
    });
    expect((most - before) / 2 ** 20).toBeLessThan(MOST_HELD_MB);
    // The bed's own servers, and hosts of pages; `canary` would be one of ours that nobody let in.
    expect([...connected].filter((to) => !to.startsWith("127.") || to === canary.at)).toEqual([]);
    expect(canary.connections()).toBe(0);
  },
);

async function lookedAt(at: ProberBed, told: Told, { seed, tricks, answers, never }: HostilePage): Promise<void> {
  const path = `/hostile/${seed}.html`;
  for (const [where, answer] of answers) at.files.set(where, answer);
  const what = `${seed}: ${tricks.join(", ")}`;
  try {
    await at.reportAll([path], { targetId: path });
    const { target, parts } = await eventually(`the look at page ${what}`, () => told.of(path), DEADLINE_MS);
    expect({ what, named: NAMED.has(target.reason) || target.state === "TARGET_STATE_PRESENT" }).toEqual({
      what,
      named: true,
    });
    const items = parts.flatMap((part) => part.items);
    expect({ what, items: items.length <= LIMITS.pageMedia }).toEqual({ what, items: true });
    expect({ what, ids: new Set(items.map(({ targetId }) => targetId)).size }).toEqual({ what, ids: items.length });
    const unnamed = items.filter(
      ({ reason, content }) => !NAMED.has(reason) || (content === undefined && reason === ProbeReason.UNSPECIFIED),
    );
    expect({ what, unnamed }).toEqual({ what, unnamed: [] });
    expect({ what, asked: never.filter((one) => at.hits(one) > 0) }).toEqual({ what, asked: [] });
  } finally {
    for (const where of answers.keys()) at.files.delete(where);
    at.fingerprint.asked.clear();
  }
}

interface Told {
  /** What was told of a page once it was looked at, all its parts. */
  of(path: string): { target: Target; parts: Page[] } | undefined;
}

function watchTold(at: ProberBed): Told {
  const targets = new Map<string, Target>();
  const pages = new Map<string, Map<number, Page>>();
  const { connection } = at.bed.bus;
  const subscriptions = [
    connection.subscribe("prober.target.*", {
      callback: (_, { data }) => {
        const target = nouns.target.codec.decode(data);
        targets.set(target.targetId, target);
      },
    }),
    connection.subscribe("prober.page.*", {
      callback: (_, { data }) => {
        const page = nouns.page.codec.decode(data);
        pages.set(page.targetId, (pages.get(page.targetId) ?? new Map<number, Page>()).set(page.part, page));
      },
    }),
  ];
  onTestFinished(() => subscriptions.forEach((one) => one.unsubscribe()));
  return {
    of(path) {
      const target = targets.get(targetIdOf(path));
      const parts = [...(pages.get(targetIdOf(path))?.values() ?? [])];
      if (target === undefined || parts.length < (parts[0]?.parts ?? 0)) return undefined;
      return { target, parts };
    },
  };
}

/** Where anything in this process connects to, whether or not somebody is there. */
function watchConnections(): ReadonlySet<string> {
  const to = new Set<string>();
  const sockets = channel("net.client.socket");
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.on("connectionAttempt", (ip: string, port: number) => void to.add(`${ip}:${port}`));
  };
  sockets.subscribe(watch);
  onTestFinished(() => {
    sockets.unsubscribe(watch);
  });
  return to;
}

/** Somebody on this machine at a port that is not let in, and addresses of others that nobody may ask. */
async function forbiddenHost() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "::", resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return {
    at: `127.0.0.1:${port}`,
    addresses: [
      `http://127.0.0.1:${port}`,
      `http://[::1]:${port}`,
      `http://localhost:${port}`,
      "http://169.254.169.254/latest",
      "http://10.0.0.1",
      "http://[fd00::1]",
      `http://0x7f.1:${port}`,
    ],
    connections: () => connections,
  };
}
