import { openStore } from "../src/index.ts";

// Saves what protects again and again, and says each version once it is answered: node journal-writer.ts PATH JOURNAL
const [path = "", journal = ""] = process.argv.slice(2);
const store = await openStore(`file:${path}`, { journal });
const cases = await store.collection<{ filler: Uint8Array }>({ name: "cases", fields: {}, journaled: () => true });
const filler = new Uint8Array(200_000);
async function write(id: string): Promise<void> {
  let now = (await cases.load(id)) ?? (await cases.insert(id, { filler }));
  while (now !== undefined) {
    process.stdout.write(`${id} ${now.version}\n`);
    now = await cases.save(now, { filler });
  }
}
await Promise.all(["a", "b", "c", "d"].map(write));
