import { expect, test } from "vitest";
import { lastWords } from "./last-words.ts";

const entry = (level: number, msg: string, more: object = {}) =>
  JSON.stringify({ level, service: "intake", msg, ...more });

test("the checks that failed last, and the last complaint with its cause", () => {
  const log = [
    entry(30, "not serving", { failed: ["store", "bus"] }),
    entry(50, "a background job failed; it runs again", { error: { message: "the bus does not answer" } }),
    entry(40, "degraded", { cause: "x" }),
    entry(30, "not serving", { failed: ["bus"] }),
    "",
  ].join("\n");
  expect(lastWords(log)).toEqual({ failed: ["bus"], complaint: "degraded" });
});

test("nothing fails any more once it said that it serves", () => {
  const log = [entry(30, "not serving", { failed: ["bus"] }), entry(30, "serving", { failed: [] })].join("\n");
  expect(lastWords(log)).toEqual({ failed: [], complaint: "" });
});

test("sentences of a start that failed, with all their lines", () => {
  const log = `${entry(30, "serving")}\nThe configuration is not valid:\n  INTAKE_X: unknown setting\n  INTAKE_Y: is missing\n`;
  const complaint = "The configuration is not valid: INTAKE_X: unknown setting INTAKE_Y: is missing";
  expect(lastWords(log)).toEqual({ failed: [], complaint });
});

test("of an error that nobody caught the error, and not where", () => {
  const log = `node:internal/modules/package_json_reader:316
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);
        ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'
    at Object.getPackageJSONURL (node:internal/modules/package_json_reader:316:9) {
  code: 'ERR_MODULE_NOT_FOUND'
}

Node.js v24.21.0
`;
  expect(lastWords(log).complaint).toBe("Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'");
});

test("whatever a log holds, it is short", () => {
  expect(lastWords("x".repeat(10_000)).complaint.length).toBeLessThanOrEqual(400);
  expect(lastWords("")).toEqual({ failed: [], complaint: "" });
});
