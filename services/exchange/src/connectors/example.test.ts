import { readFileSync } from "node:fs";
import { parseData } from "@ntd/service";
import { expect, test } from "vitest";
import { connectorsIn } from "./connectors-file.ts";

test("the example is one, also with what it leaves as comments", () => {
  const text = readFileSync(new URL("../../../../deploy/exchange/example.yaml", import.meta.url), "utf8");
  expect(parseData(text, "example.yaml", connectorsIn).map(({ kind }) => kind)).toEqual(["ncmec"]);
  const whole = text.replaceAll(/^( +)# (?=( *)[a-z_]+:( |$))/gm, "$1");
  expect(parseData(whole, "example.yaml", connectorsIn).map(({ kind }) => kind)).toEqual(["ncmec", "ntd"]);
});
