import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { bodyDigest, remember, remembered, requireRequestId, scopedRequestId } from "./request-log.ts";

const digest = bodyDigest(Buffer.from("body"));
const entry = { requestId: "a", digest, answer: 7 };

test("a request is new, then has its first answer, and with another body is refused", () => {
  expect(remembered([], "a", digest)).toBe("new");
  const list = remember([], entry);
  expect(remembered(list, "a", digest)).toEqual({ answer: 7 });
  expect(remembered(list, "b", digest)).toBe("new");
  const refused = remembered(list, "a", bodyDigest(Buffer.from("other")));
  expect(refused).toBeInstanceOf(Problem);
  expect(refused).toMatchObject({ reason: "REQUEST_ID_REUSED" });
});

test("the list keeps the newest and leaves the old list as it was", () => {
  const full = Array.from({ length: 25 }, (_, i) => ({ ...entry, requestId: `${i}` })).reduce(
    (list, next) => remember(list, next),
    [] as (typeof entry)[],
  );
  expect(full.map((e) => e.requestId)).toEqual(Array.from({ length: 20 }, (_, i) => `${i + 5}`));
  expect(remember(full, entry, 1)).toEqual([entry]);
  expect(full).toHaveLength(20);
});

test("the same id of another caller or method is another request", () => {
  const ids = [
    scopedRequestId("isp/a", "/x/Y", "1"),
    scopedRequestId("isp/b", "/x/Y", "1"),
    scopedRequestId("isp/a", "/x/Z", "1"),
  ];
  expect(new Set(ids).size).toBe(3);
});

test("a request id is a UUID, in whatever case, and anything else is refused by the field's name", () => {
  const id = "3F2504E0-4F89-41D3-9A0C-0305E82C3301";
  expect(requireRequestId(id)).toBe(id.toLowerCase());
  for (const bad of ["", "1", `${id}0`, id.replaceAll("-", "")]) {
    expect(() => requireRequestId(bad)).toThrow(/^request_id: /);
  }
});
