import { expect, test } from "vitest";
import { answerFault } from "./answer-fault.ts";

const NOW = new Date("2026-01-01T00:00:00Z");

test.each([
  [401, undefined, "CREDENTIALS", false, undefined],
  [403, undefined, "CREDENTIALS", false, undefined],
  [429, "120", "BUSY", true, 120_000],
  [429, undefined, "BUSY", true, undefined],
  [503, "Thu, 01 Jan 2026 00:01:00 GMT", "BUSY", true, 60_000],
  [503, "soon", "ANSWER", true, undefined],
  [503, "Wed, 31 Dec 2025 00:00:00 GMT", "BUSY", true, 0],
  [500, undefined, "ANSWER", true, undefined],
  [302, undefined, "ANSWER", false, undefined],
  [404, undefined, "ANSWER", false, undefined],
])("%i with Retry-After %j is %s", (status, retryAfter, fault, isPassing, retryAfterMs) => {
  const said = answerFault(status, retryAfter, NOW);
  expect(said).toMatchObject({ fault, isPassing });
  expect(said?.retryAfterMs).toBe(retryAfterMs);
});

test("200 is none", () => expect(answerFault(200, undefined, NOW)).toBeUndefined());
