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

test.each([
  [
    "keys hold keys.json address-2026-11 --by ann",
    "required options '--reference <text>', '--reason <text>', '--until <instant>' not specified",
  ],
  ["keys lift keys.json --by ann", "required option '--reference <text>' not specified"],
  ["certs issue", "missing required arguments 'dir', 'kind', 'name'"],
  [
    "keys hold --by ann --reason r --until 2027-02-30",
    "required option '--reference <text>' not specified; missing required arguments 'file', 'key'; " +
      "option '--until <instant>' argument '2027-02-30' is invalid. There is no such day",
  ],
  [
    "keys hold keys.json address-2026-11 --by ann --reson r --reference R --until 2027-02-01",
    "unknown option '--reson'; required option '--reason <text>' not specified",
  ],
  ["keys lift keys.json --by ann --reference R --untill 2027", "unknown option '--untill'"],
  [
    "notice list --limit 0 --state gone --color pink",
    "option '--limit <n>' argument '0' is invalid. It is no whole number from 1 to 4294967295; option '--state <word>' " +
      "argument 'gone' is invalid. It is none of ",
  ],
  [
    "notice list more --limit 0",
    "too many arguments for 'list'. Expected 0 arguments but got 1: more; option '--limit",
  ],
  ["certs issue /tmp king name", "argument 'kind' is not to be 'king'. Allowed choices are "],
])("all that is wrong with `%s` is said at once", async (line, said) => {
  let err = "";
  expect(await runNtd(line.split(" "), { ...io, err: (text) => void (err += text) })).toBe(2);
  expect(err).toContain(said);
});

test("a failure in JSON drives no terminal", async () => {
  let err = "";
  const typed = ["--json", "certs", "list", "/nowhere/\u009b31m"];
  expect(await runNtd(typed, { ...io, err: (text) => void (err += text) })).toBe(2);
  expect(err).not.toContain("\u009b");
  expect(JSON.parse(err)).toMatchObject({ error: { message: expect.stringContaining("\u009b31m") } });
});

test("a value that is wrong is never gone on with", async () => {
  const times = ["--from", "2026-01-01", "--from", "2026-13-01"];
  expect(await runNtd(["scorecard", "times", ...times], io)).toBe(2);
  expect(await runNtd(["scorecard", ...times, "times"], io)).toBe(2);
});
