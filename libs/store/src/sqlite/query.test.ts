import { expect, test } from "vitest";
import { layoutOf } from "../layout.ts";
import { many } from "../port.ts";
import { querySql } from "./query.ts";

const layout = layoutOf({ name: "cases", fields: { key: many(({ keys }: { keys: string[] }) => keys) } });
const sqlOf = (key: string | { in: string[] }) => querySql(layout, ["t.state"], { where: { key } }, 5);

test("a set of one value is walked as that value is: by its side table, page by page", () => {
  expect(sqlOf({ in: ["a"] })).toEqual(sqlOf("a"));
  expect(sqlOf("a").text).toContain("CROSS JOIN");
});
