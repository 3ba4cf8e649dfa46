import fc from "fast-check";
import { expect, test } from "vitest";
import { families } from "./families.ts";
import { commandIn, ntdProgram, runNtd } from "./program.ts";

const io = { out: () => undefined, err: () => undefined, environment: {} };
const names = families.flatMap((family) => Object.keys(family.names));

test("help says the same whether the commands are loaded or not", async () => {
  const [lazy, whole] = [await ntdProgram(io, undefined), await ntdProgram(io, undefined, true)];
  expect(lazy.helpInformation()).toBe(whole.helpInformation());
  expect(whole.commands.map((command) => command.name())).toEqual(names);
});

test("the command of a line is its first word, wherever the options of all commands stand", () => {
  const option = fc.constantFrom(["--json"], ["--identity", "set"], ["--endpoints", "case"], ["--request-id=report"]);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(option, { maxLength: 4 }), fc.boolean(), (name, options, help) => {
      expect(commandIn([...options.flat(), ...(help ? ["help"] : []), name, "list", "--limit", "3"])).toBe(name);
    }),
  );
  expect([commandIn([]), commandIn(["--help"]), commandIn(["help"])]).toEqual([undefined, undefined, undefined]);
});

test("the release is the whole answer to --version", async () => {
  let out = "";
  expect(await runNtd(["--version"], { ...io, out: (text) => void (out += text) })).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each(["constructor", "toString", "__proto__"])("%s is no command", async (name) => {
  let err = "";
  expect(await runNtd([name], { ...io, err: (text) => void (err += text) })).toBe(2);
  expect(err).toContain(`unknown command '${name}'`);
});

test("all options that are missing are named at once", async () => {
  let err = "";
  const typed = ["keys", "hold", "keys.json", "address-2026-11", "--by", "ann"];
  expect(await runNtd(typed, { ...io, err: (text) => void (err += text) })).toBe(2);
  expect(err).toContain("required options '--reference <text>', '--reason <text>', '--until <instant>' not specified");
  err = "";
  const lift = ["keys", "lift", "keys.json", "--by", "ann"];
  expect(await runNtd(lift, { ...io, err: (text) => void (err += text) })).toBe(2);
  expect(err).toContain("required option '--reference <text>' not specified");
});
