import { randomUUID } from "node:crypto";
import { Problem } from "@ntd/service";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAnswered, validComplaint } from "./complaint.ts";

const given = {
  requestId: randomUUID(),
  capacity: "CAPACITY_UPLOADER" as const,
  url: "https://a.example/x",
  caseId: "",
  text: "it is my own picture",
  contact: "",
  language: "",
};

function faultsOf(change: object): string[] {
  try {
    validComplaint({ ...given, ...change });
    return [];
  } catch (error) {
    return Problem.from(error).fields.map(({ field }) => field);
  }
}

describe("given a complaint", () => {
  test("when it names an address, a case or both, it is taken, and the address is read as in reports", () => {
    const caseId = randomUUID();
    expect(validComplaint(given)).toMatchObject({ address: { fetch: given.url }, isRepaired: false, caseId: "" });
    expect(validComplaint({ ...given, url: "", caseId: caseId.toUpperCase() })).toMatchObject({
      address: undefined,
      caseId,
    });
    expect(validComplaint({ ...given, url: "<hxxps://a[.]example/x>" })).toMatchObject({ isRepaired: true });
  });

  test.each([
    [{ url: "" }, "url"],
    [{ url: "ftp://a.example/" }, "url"],
    [{ caseId: "12" }, "case_id"],
    [{ capacity: "CAPACITY_UNSPECIFIED" }, "capacity"],
    [{ text: "  " }, "text"],
    [{ text: "x".repeat(5001) }, "text"],
    [{ contact: "x".repeat(501) }, "contact"],
    [{ language: "no tag" }, "language"],
    [{ requestId: "1" }, "request_id"],
  ])("when it is %j, it is refused by %s", (change, field) => {
    expect(faultsOf(change)).toEqual([field]);
  });

  test("when several things are wrong, all are named, and none holds what was typed", () => {
    const change = { url: "secret.example two.example", text: "", contact: "me@example ".repeat(60) };
    expect(faultsOf(change)).toEqual(["text", "contact", "url"]);
    expect(() => validComplaint({ ...given, ...change })).not.toThrow(/secret|me@example/);
  });
});

test("time alone tells whether it is answered", () => {
  const instant = fc.date({ noInvalidDate: true });
  fc.assert(
    fc.property(instant, instant, (answerTime, now) => {
      expect(isAnswered({ answerTime }, now)).toBe(now.getTime() >= answerTime.getTime());
    }),
  );
});
