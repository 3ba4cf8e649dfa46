import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { ntdProgram } from "../src/cli/program.ts";

const root = join(import.meta.dirname, "../..");
const pages = [
  "README.md",
  "SECURITY.md",
  ...globSync("{deploy,libs,scripts,services,test}/**/README.md", { cwd: root }),
];
const typed = pages
  .filter((page) => !page.includes("node_modules"))
  .flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/`(?:\.\/scripts\/)?ntd ([a-z-][^`]*)`/g)].map(([, line = ""]) => ({ page, line }));
  })
  .filter(({ line }) => !["help", "--help", "--version"].includes(line));
const program = await ntdProgram({ out: () => undefined, err: () => undefined, environment: {} }, undefined, true);

/** What a line names, as far as its words are commands; and the options of it that there are none of. */
function read(line: string): { path: string[]; rest: string[]; unknown: string[] } {
  // Options of all commands may stand before the first word, each with its value.
  const words = line.replace(/^(--\S+ \S+ )*(help )?/, "").split(/\s+/);
  let command: Command = program;
  const path: string[] = [];
  for (const word of words) {
    const below = found(command, word);
    if (below === undefined) break;
    command = below;
    path.push(word);
  }
  const rest = words.slice(path.length);
  const flags = rest.flatMap((word) => /^\[?(--[a-z-]+)/.exec(word)?.slice(1) ?? []);
  const options = [...command.options, ...program.options].map(({ long }) => long);
  const isLeaf = command.commands.length === 0;
  const known = (flag: string) => ["--help", "--version", ...options].includes(flag);
  return { path, rest: isLeaf ? [] : rest.filter(isWord), unknown: flags.filter((flag) => !known(flag)) };
}

function found(command: Command, word: string): Command | undefined {
  // `list|lift` and `export` are commands of a family, all of which must be there.
  const names = word.split("|");
  const all = names.map((name) => command.commands.find((one) => one.name() === name || one.aliases().includes(name)));
  return all.every((one) => one !== undefined) ? all[0] : undefined;
}

function isWord(word: string): boolean {
  return /^[a-z][a-z-]*(\|[a-z-]+)*$/.test(word);
}

test.each(typed)("`ntd $line` of $page is a command with these options", ({ line }) => {
  const { path, rest, unknown } = read(line);
  expect(path).not.toEqual([]);
  expect([rest, unknown]).toEqual([[], []]);
});

// The machine's own Node may be one that reads no TypeScript (README.md: Node 20 suffices).
test.each(pages.filter((page) => !page.includes("node_modules")))("what %s types runs on the Node of setup", (page) => {
  const fences = readFileSync(join(root, page), "utf8").matchAll(/^```sh\n([^]*?)^```/gm);
  expect([...fences].flatMap(([, text = ""]) => text.match(/(?<![\w/])node .*\.ts/g) ?? [])).toEqual([]);
});

test("there are such", () => expect(typed.length).toBeGreaterThan(70));
