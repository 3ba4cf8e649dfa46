import { MovableClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { growList } from "../../services/hashlists/src/proposals/every-minute-grow-list.ts";
import { onCase } from "../../services/hashlists/src/proposals/on-case.ts";
import { openCollections, type Collections } from "../../services/hashlists/src/store.ts";
import { depsOver } from "../../services/hashlists/test/deps.ts";
import { caseEvent, insertNational, setId, toldCase } from "../../services/hashlists/test/growth-bed.ts";
import { shaOf, type Says } from "../../services/hashlists/test/growth-bed.ts";
import type { Sizes } from "./quantity-sizes.ts";
import type { Stores } from "./quantity-stores.ts";
import { atMost, stated, type Figure } from "./report.ts";

const BOTH = ["assessor/ann", "assessor/ben"];

/** hashlists, told at once that two persons decided a hundredth of a country's reports, that all are in doubt, and that they fell. */
export async function measureGrowth(stores: Stores, sizes: Sizes): Promise<Figure[]> {
  const count = Math.max(100, Math.round(sizes.reports / 100));
  const half = Math.round(count / 2);
  await using growth = await openGrowth(stores.empty("hashlists-growth"));
  const { hear, grow } = growth;
  const heard = await hear("illegal", 1, 0, count);
  const list = await grow();
  const doubted = [await hear("doubted", 2, 0, count), await grow()] as const;
  const falls = [await hear("over", 3, 0, half), await grow()] as const;
  const more = [await hear("over", 3, half, count), await grow()] as const;
  const each = (ms: number, of = count) => ms / of;
  const what = (text: string) => `hashlists, ${count} cases decided at once: ${text}`;
  return [
    atMost(what("a case's event"), each(heard), "ms", 10),
    atMost(what("listing each"), each(list), "ms", 10),
    stated(what("all listed after"), list / 1000, "s"),
    atMost(what("releases"), await growth.releases(), "", 2 + Math.ceil(count / 5000)),
    atMost(what("an event that it is in doubt, and telling its entries"), each(doubted[0] + doubted[1]), "ms", 20),
    atMost(what("an event that it fell, and taking back each"), each(more[0] + more[1], count - half), "ms", 20),
    atMost(what("taking back the second half to the first"), more[1] / falls[1], "×", 2),
    stated(what("memory at the most"), growth.mostMb(), "MB"),
  ];
}

async function openGrowth(url: string) {
  const store = await openStore(url);
  const collections = await openCollections(store);
  await insertNational(collections);
  const clock = new MovableClock();
  const deps = depsOver(collections, clock);
  const onEvent = onCase(deps);
  let most = 0;
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const began = performance.now();
    await work();
    most = Math.max(most, process.memoryUsage.rss());
    return performance.now() - began;
  };
  return {
    hear: (says: Says, version: number, from: number, to: number) =>
      timed(async () => {
        for (let file = from; file < to; file++) {
          const pdq = shaOf(-1 - file).toString("hex");
          await onEvent(caseEvent(toldCase(file, says, BOTH, { now: clock.now(), pdq }), version));
        }
      }),
    /** Until nothing is to be listed any more. */
    grow: async () => {
      let ms = 0;
      do {
        clock.advance(60_000);
        ms += await timed(() => growList(deps));
        await leave(collections);
      } while (await hasMore(collections));
      return ms;
    },
    releases: async () => (await collections.sets.load(setId))?.state.activations.length ?? 0,
    mostMb: () => most / 2 ** 20,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** What is told of the set leaves, as the relay would have it. */
async function leave({ sets }: Collections): Promise<void> {
  const events = await sets.outbox.read(setId);
  await sets.outbox.removeEvents(
    setId,
    events.map(({ id }) => id),
  );
}

async function hasMore({ proposals }: Collections): Promise<boolean> {
  const waiting = await proposals.find({ orderBy: "toList", limit: 1 });
  const falling = await proposals.find({ where: { falls: true }, limit: 1 });
  return waiting.length + falling.length > 0;
}
