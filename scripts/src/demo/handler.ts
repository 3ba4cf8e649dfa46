// What a provider's agent runs for each notice in the demonstration: it takes the named files out of the public folder,
// and puts them back where it is asked to restore them. A file whose name begins with "stubborn" is left in place and
// said to be removed, to show that a claim is not a removal. Out of a page it takes what is named, and leaves the page.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";

interface Order {
  requested_action: string;
  targets: { url: string; embedded_urls?: string[] }[];
}

const [files = ""] = process.argv.slice(2);
const aside = join(files, "../aside");
mkdirSync(aside, { recursive: true });
const { requested_action: action, targets } = JSON.parse(await text(process.stdin)) as Order;
for (const { url, embedded_urls: embedded = [] } of targets) {
  const file = basename(new URL(url).pathname);
  if (file.startsWith("stubborn")) continue;
  if (action === "remove_embedded") {
    copyFileSync(join(files, file), join(aside, file));
    writeFileSync(join(files, file), without(readFileSync(join(files, file), "utf8"), embedded));
    continue;
  }
  const [from, to] = action === "restore" ? [aside, files] : [files, aside];
  if (existsSync(join(from, file))) renameSync(join(from, file), join(to, file));
}

function without(page: string, embedded: readonly string[]): string {
  const names = (line: string) => embedded.some((url) => line.includes(`"${url}"`));
  return page
    .split("\n")
    .filter((line) => !names(line))
    .join("\n");
}
