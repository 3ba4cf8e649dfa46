import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import { runNtd } from "@ntd/scripts/program";
import { MovableClock } from "@ntd/service";
import { startTestBed } from "@ntd/testing";
import { expect, test } from "vitest";
import { blocksOf, notSaid, ofThisRun, typedOn, type Ids } from "./first-hour.ts";
import { starts } from "./services.ts";

const page = await readFile(join(import.meta.dirname, "../../services/hashlists/MAINTAINERS.md"), "utf8");
const files = new Map([
  ["list.json", blocksOf(page, "json")[0]],
  ["news.csv", blocksOf(page, "csv")[0]],
]);

test("the first hour of a maintainer goes as its page says, command by command", async () => {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const dir = stack.use(await mkdtempDisposable(join(tmpdir(), "first-hour-")));
  const clock = new MovableClock();
  const names = ["hashlists", "matching", "casework", "takedown"] as const;
  const addresses: Record<string, string> = {};
  for (const name of names) addresses[name] = `localhost:${await freePort()}`;
  const shared = Object.fromEntries(names.map((name) => [`NTD_${name.toUpperCase()}_ADDRESS`, addresses[name] ?? ""]));
  for (const name of names) {
    const listen = addresses[name]?.replace("localhost", "127.0.0.1") ?? "";
    stack.use(await starts[name]({ ...(await bed.environment(name, { LISTEN: listen })), ...shared }, clock));
  }
  const endpoints = join(dir.path, "endpoints.json");
  await writeFile(endpoints, JSON.stringify(addresses));
  for (const [name, text = ""] of files) await writeFile(join(dir.path, name), text);

  const ids: Ids = new Map();
  const inDir = (word: string) => (/\.(json|csv)$/.test(word) ? join(dir.path, word) : word);
  const typed = typedOn(page);
  for (const { who, words, shown } of typed) {
    // What happens at one moment has no order in a history.
    clock.advance(1000);
    let said = "";
    const environment = { NTD_IDENTITY_DIR: await bed.identity("maintainer", who), NTD_ENDPOINTS: endpoints };
    const say = (text: string) => void (said += text);
    const code = await runNtd(ofThisRun(words, ids).map(inDir), { out: say, err: say, environment });
    expect([words.join(" "), code, notSaid(shown, said, ids), said]).toEqual([words.join(" "), 0, undefined, said]);
  }
  expect(typed.length).toBeGreaterThan(20);
});

test("the first hour has ten commands", () => {
  const [first = ""] = page.split("## The second hour");
  expect(typedOn(first)).toHaveLength(10);
});
