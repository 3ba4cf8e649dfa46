import { Algorithm } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import { isOfBytes } from "./algorithm.ts";

test("of the algorithms three tell equal bytes; what a newer release knows is not taken for one", () => {
  const algorithms = Object.values(Algorithm);
  expect(algorithms).toContain("UNRECOGNIZED");
  expect(algorithms.filter(isOfBytes)).toEqual(["ALGORITHM_SHA256", "ALGORITHM_SHA1", "ALGORITHM_MD5"]);
});
