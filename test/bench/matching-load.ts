import { open } from "node:fs/promises";
import { createBuilder, openSnapshot, type HammingIndex } from "@ntd/hammingindex";

// A process of its own: from a file of rows, or a snapshot, to an index that answers. Prints what it took as JSON.
const [mode = "rows", file = "", snapshot = ""] = process.argv.slice(2);
const READ = 8 * 1024 * 1024;

const index = mode === "rows" ? await fromRows() : await fromSnapshot();
await index.search(new Uint8Array(32), 31);
// Since the process was started, Node's own start included.
const readyMs = performance.now();
const { rows, bytes } = index.stats();
globalThis.gc?.();
process.stdout.write(JSON.stringify({ readyMs, rows, bytes, resident: process.memoryUsage().rss }));
if (mode === "rows") await index.save(snapshot);

async function fromRows(): Promise<HammingIndex> {
  const builder = createBuilder();
  await using handle = await open(file);
  const chunk = new Uint8Array(READ);
  for (let bytesRead = READ; bytesRead > 0;) {
    ({ bytesRead } = await handle.read(chunk, 0, READ));
    builder.addRows(builder.size, chunk.subarray(0, bytesRead));
  }
  return builder.build();
}

async function fromSnapshot(): Promise<HammingIndex> {
  const opened = await openSnapshot(file);
  if (!opened.ok) throw new Error(`snapshot: ${opened.reason}`);
  return opened.index;
}
