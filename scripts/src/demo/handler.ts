// What a provider's agent runs for each notice in the demonstration: it takes the named files out of the public folder,
// and puts them back where it is asked to restore them. A file whose name begins with "stubborn" is left in place and
// said to be removed, to show that a claim is not a removal.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";

interface Order {
  requested_action: string;
  targets: { url: string }[];
}

const [files = ""] = process.argv.slice(2);
const aside = join(files, "../aside");
mkdirSync(aside, { recursive: true });
const { requested_action: action, targets } = JSON.parse(await text(process.stdin)) as Order;
for (const { url } of targets) {
  const file = basename(new URL(url).pathname);
  if (file.startsWith("stubborn")) continue;
  const [from, to] = action === "restore" ? [aside, files] : [files, aside];
  if (existsSync(join(from, file))) renameSync(join(from, file), join(to, file));
}
