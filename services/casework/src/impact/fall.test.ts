import { describe, expect, test } from "vitest";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { groundsOf } from "../policies/grounds.ts";
import { byMachine, decide, lost } from "../../test/doubts.ts";
import { file, hit, later, match, md5, negative, sha1, sha256 } from "../../test/facts.ts";
import { entryKey } from "./causes.ts";
import { wouldFall } from "./fall.ts";

const entries = (...all: string[]) => new Set(all.map((entryId) => entryKey({ setId: "national", entryId })));
const decidedBy = (...hits: Hit[]) => ({ ...byMachine, match: match(hits), grounds: groundsOf(hits) });
const falls = (
  of: typeof byMachine,
  gone: ReadonlySet<string>,
  cause: RevocationCause = "REVOCATION_CAUSE_WRONG_FILE",
) => wouldFall(of, gone, cause, later(60));

describe("given what a machine decided by one entry", () => {
  test("it falls with that entry and no other one", () => {
    expect([falls(byMachine, entries("entry-1")), falls(byMachine, entries("another"))]).toEqual([true, false]);
  });

  test.each([
    ["REVOCATION_CAUSE_WRONG_FILE", true],
    ["REVOCATION_CAUSE_NOT_ILLEGAL", true],
    ["REVOCATION_CAUSE_UNSPECIFIED", true],
    ["REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR", false],
    ["REVOCATION_CAUSE_EXPIRED", false],
    ["REVOCATION_CAUSE_LICENCE", false],
    ["REVOCATION_CAUSE_RECLASSED", false],
    ["REVOCATION_CAUSE_DUPLICATE", false],
  ] as const)("taken back as %s it falls: %s", (cause, isSo) => {
    expect(falls(byMachine, entries("entry-1"), cause)).toBe(isSo);
  });

  test("what the rule does when the entry is lost is the same", () => {
    expect(lost(byMachine, []).doubt).toBeDefined();
  });

  test("it falls also where its list has dropped the entry since", () => {
    expect(falls({ ...byMachine, match: match([]) }, entries("entry-1"))).toBe(true);
  });
});

describe("given what a machine decided by several entries", () => {
  test("it falls when all of them are taken back together, not with one", () => {
    const both = decidedBy(hit(), sha256({ entryId: "entry-2" }));
    const gone = [entries("entry-1"), entries("entry-2"), entries("entry-1", "entry-2")];
    expect(gone.map((some) => falls(both, some))).toEqual([false, false, true]);
  });

  test("another set's entry carries it", () => {
    expect(falls(decidedBy(hit(), sha256({ setId: "other", entryId: "o1" })), entries("entry-1"))).toBe(false);
  });

  test("of MD5 and SHA-1, which are certain together, one is enough", () => {
    expect(falls(decidedBy(md5(), sha1()), entries("entry-md5"))).toBe(true);
  });

  test("what only nominates carries nothing", () => {
    expect(
      falls(decidedBy(hit(), hit({ algorithm: "ALGORITHM_BLOCKHASH256", entryId: "b" })), entries("entry-1")),
    ).toBe(true);
  });
});

describe("given what does not stand on a list", () => {
  test("a person's decision falls with no entry", () => {
    const open = file({ ...lost(byMachine, []), match: match([hit()]) });
    expect(falls(decide(open, "ILLEGAL", "assessor/ann"), entries("entry-1"))).toBe(false);
  });

  test("what is in doubt already does not fall again, and what nobody decided cannot", () => {
    expect(falls(lost(byMachine, []), entries("entry-1"))).toBe(false);
    expect(falls(file({ match: match([hit()]) }), entries("entry-1"))).toBe(false);
  });

  test("a negative set's entry that is taken back topples nothing", () => {
    const beside = decidedBy(sha256(), negative({ entryId: "n1" }));
    expect(falls(beside, new Set([entryKey({ setId: "innocent", entryId: "n1" })]))).toBe(false);
  });
});
