import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

it("loads no decoder, unlike the main door", () => {
  expect(nativeDecoders("./compare.ts")).toEqual([]);
  expect(nativeDecoders("../index.ts")).not.toEqual([]);
});

/** The libraries for pictures that a process has loaded after importing a module. */
function nativeDecoders(module: string): string[] {
  const script = `await import(${JSON.stringify(new URL(module, import.meta.url).href)});
    process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));`;
  const loaded = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  return (JSON.parse(loaded) as string[]).filter((file) => /vips|sharp/.test(file));
}
