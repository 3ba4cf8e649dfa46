import { writeFileSync } from "node:fs";
import { Problem } from "@ntd/service";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { failureOf, sentenceOf, UsageError } from "./failure.ts";

function attempt(act: () => void): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
const codeOf = (error: unknown) => failureOf(error)?.exitCode;

describe("exit codes", () => {
  test.each(["NOT_FOUND", "FIELD_INVALID", "SAME_PERSON", "EVIDENCE_CHANGED", "NOT_ALLOWED", "RATE_LIMITED"] as const)(
    "%s is refused: 1",
    (reason) => {
      expect(codeOf(new Problem(reason))).toBe(1);
    },
  );

  test.each(["PEER_UNAVAILABLE", "STORE_UNAVAILABLE", "BUS_UNAVAILABLE", "SHUTTING_DOWN", "TIMED_OUT"] as const)(
    "%s is unavailable: 3",
    (reason) => {
      expect(codeOf(new Problem(reason))).toBe(3);
    },
  );

  test("a wrong command line, or an identity that cannot be used, is wrong usage: 2", () => {
    expect(codeOf(new UsageError("no identity"))).toBe(2);
    expect(codeOf(new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'"))).toBe(2);
    expect(codeOf(new Problem("CONFIG_INVALID"))).toBe(2);
  });

  test("help that was asked for is no failure", () => {
    expect(failureOf(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"))).toBeUndefined();
  });
});

describe("the sentence", () => {
  const sentence = (error: unknown) => {
    const failure = failureOf(error);
    return failure && sentenceOf(failure);
  };

  test("has reason, message and each field fault once, on one line", () => {
    const fault = { field: "to_time", description: "is missing" };
    expect(sentence(Problem.fields(fault))).toBe("ntd: FIELD_INVALID: to_time: is missing");
    expect(sentence(new Problem("FIELD_INVALID", "Bad\n  news.", { fields: [fault] }))).toBe(
      "ntd: FIELD_INVALID: Bad news.; to_time: is missing",
    );
  });

  test.each([
    ["/nowhere/file", "/nowhere/file is not there; name another"],
    ["/dev/null/file", "/dev/null/file lies below what is no folder; name another"],
    ["/", "/ is a folder; name another"],
    [`/${"x".repeat(300)}`, "x is too long for a name; name another"],
  ])("of the file %s says what is wrong with it: wrong usage", (path, said) => {
    const error: unknown = attempt(() => writeFileSync(path, ""));
    expect([codeOf(error), sentence(error)]).toEqual([2, expect.stringContaining(said)]);
  });

  test("calls a field that is an option of the command as it is typed", () => {
    const fault = { field: "to_time", description: "is missing" };
    const failure = failureOf(
      Problem.fields(
        fault,
        { field: "members", description: "are none" },
        { field: "reason", description: "is empty" },
      ),
    );
    const said = failure && sentenceOf(failure, ["--to-time", "--member", "--why"]);
    expect(said).toBe("ntd: FIELD_INVALID: --to-time: is missing; --member: are none; reason: is empty");
  });

  test("calls a field within another one so, too, where it is one of many it stays as it is", () => {
    const within = ["policy.owner", "policy.expiry_days", "members[0].owner", "policy.recipe"];
    const failure = failureOf(Problem.fields(...within.map((field) => ({ field, description: "is wrong" }))));
    expect(failure && sentenceOf(failure, ["--owner", "--expiry-days"])).toBe(
      "ntd: FIELD_INVALID: --owner: is wrong; --expiry-days: is wrong; members[0].owner: is wrong; policy.recipe: is wrong",
    );
  });

  test("drives no terminal, whatever a service or a name says", () => {
    expect(sentence(new UsageError("\u001b[2Jgone\u009b31m\u202eexe"))).toBe("ntd: USAGE: ?[2Jgone?31m?exe");
  });

  test("tells the cause of a failure of this process", () => {
    expect(sentence(new TypeError("x is no function"))).toContain("(x is no function)");
  });
});
