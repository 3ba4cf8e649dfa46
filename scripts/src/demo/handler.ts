// What a provider's agent runs for each notice in the demonstration: it deletes the named files. A file whose name
// begins with "stubborn" is left in place and said to be removed, to show that a claim is not a removal.
import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";

const [files = ""] = process.argv.slice(2);
const notice = JSON.parse(await text(process.stdin)) as { targets: { url: string }[] };
for (const { url } of notice.targets) {
  const file = basename(new URL(url).pathname);
  if (!file.startsWith("stubborn")) rmSync(join(files, file), { force: true });
}
