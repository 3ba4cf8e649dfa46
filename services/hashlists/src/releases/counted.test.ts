import { expect, test } from "vitest";
import { counted } from "./counted.ts";

test.each([
  [1, "records without a category", "1 record without a category"],
  [1n, "entries", "1 entry"],
  [2, "hashes told again", "2 hashes told again"],
  [0, "rows", "0 rows"],
  [1, "PhotoDNA", "1 PhotoDNA"],
])("%s %s", (count, what, says) => expect(counted(count, what)).toBe(says));
