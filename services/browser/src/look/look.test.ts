import { describe, expect, test } from "vitest";
import { Account } from "../proxy/account.ts";
import { lookOf } from "./look.ts";
import type { Ending } from "./talk.ts";

const url = "http://a.example/";
const head = { url, status: 200, headers: new Map() };
const answer = { status: 200, headers: new Map(), body: (async function* () {})() };
const found = (more: object = {}): Ending => ({
  is: "found",
  found: { page: { url, markup: "<p>" }, elements: [], unfinished: false, ...more },
});

function account(fill: (account: Account) => void = (one) => one.went(head)): Account {
  const made = new Account(9);
  fill(made);
  return made;
}

describe("given what the proxy saw and the browser says", () => {
  test("media are those that went by, and stand where the page has them first", () => {
    const seen = account((one) => {
      one.went(head);
      for (const name of ["1", "2"]) one.medium(`${url}${name}`, answer).take(Buffer.alloc(3));
    });
    const elements = [
      [`${url}2`, "img"],
      [`${url}2`, "background"],
      [`${url}never-loaded`, "img"],
    ] as const;
    expect(lookOf(found({ elements }), seen)).toMatchObject({
      problem: undefined,
      document: { ...head, markup: "<p>" },
      media: [
        { url: `${url}1`, bytes: 3, element: "" },
        { url: `${url}2`, bytes: 3, element: "img" },
      ],
      truncated: false,
    });
  });

  test("a page that went by elsewhere or nowhere is none", () => {
    expect(
      lookOf(
        found(),
        account(() => undefined),
      ),
    ).toMatchObject({ problem: "TIMED_OUT", document: undefined });
  });

  test.each([
    ["forbidden", "REFUSED"],
    ["no_answer", "NO_ANSWER"],
    ["no_way_out", "NO_WAY_OUT"],
  ] as const)("a host that is %s: %s", (failed, problem) => {
    const seen = account((one) => (one.failed = failed));
    expect(lookOf({ is: "found", found: { elements: [], unfinished: true } }, seen)).toMatchObject({ problem });
  });

  test.each([
    ["time", "TIMED_OUT"],
    ["memory", "TOO_LARGE"],
    ["crashed", "CRASHED"],
  ] as const)("a browser that ended by %s: %s, and what it had loaded stands", (is, problem) => {
    const seen = account((one) => one.medium(`${url}1`, answer).take(Buffer.alloc(3)));
    expect(lookOf({ is }, seen)).toMatchObject({ problem, truncated: true, media: [{ bytes: 3 }] });
  });
});
