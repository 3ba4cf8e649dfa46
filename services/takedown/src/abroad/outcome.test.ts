import { HotlineAction, HotlineReason } from "@ntd/proto/hotline/v1/hotline_link_service";
import { expect, test } from "vitest";
import { outcomeOf } from "./outcome.ts";

const words = <W extends string>(all: Readonly<Record<string, W>>) =>
  Object.values(all).filter((word) => !/UNSPECIFIED|UNRECOGNIZED/.test(word));

test.each([
  ["REPORTED_TO_POLICE", "UNSPECIFIED"],
  ["REPORTED_TO_PROVIDER", "UNSPECIFIED"],
  ["CONTENT_REMOVED", "REMOVED"],
  ["CONTENT_UNAVAILABLE", "ALREADY_GONE"],
  ["MOVED", "NOT_HOSTED_HERE"],
  ["NO_ACTION", "CANNOT_COMPLY"],
  ["NOT_ILLEGAL", "DISPUTED"],
])("%s is %s", (action, outcome) => {
  const said = outcomeOf(`HOTLINE_ACTION_${action}` as HotlineAction, "HOTLINE_REASON_UNSPECIFIED");
  expect(said).toBe(`OUTCOME_${outcome}`);
});

test.each([
  ["CONTENT_NOT_FOUND", "ALREADY_GONE"],
  ["LINK_EXPIRED", "ALREADY_GONE"],
  ["NOT_FOUND_OR_SITE_DOWN", "ALREADY_GONE"],
  ["REMOVED_BEFORE_ASSESSMENT", "ALREADY_GONE"],
  ["ACCOUNT_DISABLED", "ACCESS_DISABLED"],
  // Not seen is not gone.
  ["UNABLE_TO_ACCESS", "CANNOT_COMPLY"],
  ["PASSWORD_PROTECTED", "CANNOT_COMPLY"],
  ["LEGALLY_UNABLE_TO_ACCESS", "CANNOT_COMPLY"],
  ["TEMPORARILY_UNAVAILABLE", "CANNOT_COMPLY"],
  ["PREMIUM_ACCOUNT_NECESSARY", "CANNOT_COMPLY"],
  ["MISSING_PARTS_TO_OPEN_FILE", "CANNOT_COMPLY"],
  ["REFERRER_NOT_KNOWN_OR_INCORRECT", "CANNOT_COMPLY"],
])("what is unavailable since %s is %s", (reason, outcome) => {
  const said = outcomeOf("HOTLINE_ACTION_CONTENT_UNAVAILABLE", `HOTLINE_REASON_${reason}` as HotlineReason);
  expect(said).toBe(`OUTCOME_${outcome}`);
});

test("a reason changes nothing but what unavailable means", () => {
  for (const action of words(HotlineAction).filter((word) => word !== "HOTLINE_ACTION_CONTENT_UNAVAILABLE")) {
    const outcomes = words(HotlineReason).map((reason) => outcomeOf(action, reason));
    expect(new Set(outcomes)).toEqual(new Set([outcomeOf(action, "HOTLINE_REASON_UNSPECIFIED")]));
  }
});
