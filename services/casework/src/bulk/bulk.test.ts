import { describe, expect, test } from "vitest";
import { inDoubt } from "../doubts/doubt.ts";
import { byMachine, decide, word } from "../../test/doubts.ts";
import { later } from "../../test/facts.ts";
import { isDone, withBulkWord, type OpenBulk } from "./bulk.ts";

const [ann, ben] = ["assessor/ann", "assessor/ben"] as const;
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const bulk = (what: OpenBulk["what"], seconds = 60): OpenBulk => {
  const ids = { requestId: "r", digest: "d", items: [], changedPictures: [] };
  return { ...ids, what, reason, time: later(seconds), dueTime: later(seconds + 30) };
};
const item = { caseId: "case-1", decisionId: "D1", evidenceRevision: 1 };
const reopened = inDoubt(byMachine, word("REOPENED", ben));

const as = (person: string) => ({ person, supervisors: [] });

describe("given a list that is frozen", () => {
  test("each case is written once, also by a repeat", () => {
    const after = withBulkWord(byMachine, bulk("reopen"), item, as(ben));
    if (after === undefined) throw new Error("left alone");
    expect(isDone(after, bulk("reopen"), item, ben)).toBe(true);
    expect(withBulkWord(after, bulk("reopen"), item, as(ben))).toBeUndefined();
    const withdrawn = withBulkWord(after, bulk("withdraw"), item, as(ann));
    expect(withdrawn && isDone(withdrawn, bulk("withdraw"), item, ann)).toBe(true);
    expect(withdrawn && withBulkWord(withdrawn, bulk("withdraw"), item, as(ann))).toBeUndefined();
  });

  test("what another bulk of that person did is not its own", () => {
    const after = withBulkWord(reopened, bulk("withdraw"), item, as(ann));
    expect(after && isDone(after, bulk("withdraw", 90), item, ann)).toBe(false);
  });

  test.each([
    ["evidence came meanwhile", { ...reopened, evidenceRevision: 2 }, ann],
    ["it was decided illegal again", decide(reopened, "ILLEGAL", "assessor/carol"), ann],
    ["the person has a word already", reopened, ben],
    ["it is in doubt no more", byMachine, ann],
  ])("a case is left alone where %s", (_, file, person) => {
    expect(withBulkWord(file, bulk("withdraw"), item, as(person))).toBeUndefined();
  });

  test("an illegal that came after the list was made is not put in doubt", () => {
    const again = decide(reopened, "ILLEGAL", "assessor/carol");
    expect(withBulkWord(again, bulk("reopen"), item, as(ann))).toBeUndefined();
    expect(withBulkWord(again, bulk("reopen"), { ...item, decisionId: "D2" }, as(ann))).toBeDefined();
  });
});
