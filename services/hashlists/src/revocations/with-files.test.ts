import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { requireFew } from "./with-files.ts";

test("one call takes a hundred thousand entries, with all that come with those that it names", () => {
  expect(() => requireFew(100_000)).not.toThrow();
  let fields: readonly { field: string; description: string }[] = [];
  try {
    requireFew(100_001);
  } catch (error) {
    ({ fields } = Problem.from(error));
  }
  expect(fields).toEqual([
    {
      field: "with_its_files",
      description: expect.stringContaining("100001 entries with all of their files; at most 100000"),
    },
  ]);
});
