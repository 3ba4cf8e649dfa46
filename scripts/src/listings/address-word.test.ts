import { CaseView } from "@ntd/proto/casework/v1/case_service";
import { Case } from "@ntd/proto/casework/v1/case";
import { Review } from "@ntd/proto/casework/v1/review_service";
import { expect, test } from "vitest";
import { caseListing } from "./cases/case-listing.ts";
import { reviewListing } from "./cases/review-listing.ts";

const nothing = new Uint8Array();

test.each([
  [{ url: "", addressErased: true }, /address +\[erased\]/],
  [{ url: "https://a.example/1" }, /address +https:\/\/a.example\/1/],
])("an address is printed as it is, and an erased one by that word: %j", (address, line) => {
  expect(caseListing({ ...CaseView.decode(nothing), ...address, case: Case.decode(nothing) })).toMatch(line);
  expect(reviewListing({ ...Review.decode(nothing), ...address })).toMatch(line);
});

test("of one that is not for who asks nothing is printed", () => {
  expect(reviewListing(Review.decode(nothing))).not.toMatch(/address/);
});
