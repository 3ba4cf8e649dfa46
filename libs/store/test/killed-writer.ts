import { writeSync } from "node:fs";
import { openStore } from "../src/index.ts";

// Writes as fast as it can, 24 at a time, and says each id and version once the store has answered; until it is killed.
interface Counter {
  count: number;
}
const store = await openStore(process.argv[2] ?? "");
const counters = await store.collection<Counter, "count">({ name: "counters", fields: { count: (c) => c.count } });

async function write(id: string): Promise<void> {
  const event = (count: number) => ({
    id: `${id}-${count}`,
    subject: "x.counter.counted",
    aggregateId: id,
    time: new Date(0),
    data: new Uint8Array([count]),
    headers: {},
  });
  let now = (await counters.load(id)) ?? (await counters.insert(id, { count: 1 }, event(1)));
  while (now !== undefined) {
    writeSync(1, `${id} ${now.version}\n`);
    const count = now.state.count + 1;
    await counters.outbox.removeEvents(id, [`${id}-${count - 2}`]);
    now = await counters.save(now, { count }, event(count));
  }
}
await Promise.all(Array.from({ length: 24 }, (_, i) => write(`c${i}`)));
