import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { families } from "../src/cli/families.ts";
import type { Cli } from "../src/cli/cli.ts";

const page = readFileSync(join(import.meta.dirname, "../../deploy/README.md"), "utf8");
const used = [...page.matchAll(/`ntd ([a-z-]+)(?: ([a-z-]+))?/g)].map(([, name = "", below]) => ({ name, below }));

test.each(used)("`ntd $name $below` of the runbooks is a command", async ({ name, below }) => {
  const program = new Command();
  const family = families.find(({ names }) => Object.hasOwn(names, name));
  (await family?.load())?.(program, {} as Cli);
  const command = program.commands.find((one) => one.name() === name);
  expect(command).toBeDefined();
  if (below !== undefined) expect(command?.commands.map((one) => one.name())).toContain(below);
});

test("there are such", () => expect(used.length).toBeGreaterThan(20));
