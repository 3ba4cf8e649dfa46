import fc from "fast-check";
import { expect, test } from "vitest";
import { saidIn } from "./talk.ts";

const found = (what: object) => saidIn({ kind: "found", found: what }, 10);

test("what is found is taken as far as it is what it must be", () => {
  expect(
    found({ page: { url: "https://a.example/", markup: "<p>0123456789" }, elements: [], unfinished: true }),
  ).toEqual({
    kind: "found",
    found: { page: { url: "https://a.example/", markup: "<p>0123456" }, elements: [], unfinished: true },
  });
  const elements = [["https://a.example/1", "img"], ["javascript:1", "img"], ["https://a.example/2", "<b>"], 7, null];
  expect(found({ page: { url: "about:blank", markup: "" }, elements, unfinished: 1 })).toEqual({
    kind: "found",
    found: { elements: [["https://a.example/1", "img"]], unfinished: false },
  });
  expect(saidIn({ kind: "ready", version: "156.0", more: 1 }, 10)).toEqual({ kind: "ready", version: "156.0" });
});

test("whatever comes out of the sandbox, it is a message within its bounds or none", () => {
  const anything = fc.anything();
  const kinds = fc.constantFrom("listening", "ready", "unready", "found", "other");
  const likely = fc.record({
    kind: kinds,
    found: fc.oneof(anything, fc.record({ page: anything, elements: fc.oneof(anything, fc.array(anything)) })),
    version: anything,
    why: anything,
  });
  fc.assert(
    fc.property(fc.oneof(anything, likely), (message) => {
      const said = saidIn(message, 10);
      if (said?.kind === "found") expect(said.found.page?.markup.length ?? 0).toBeLessThanOrEqual(10);
    }),
  );
  const many = Array.from({ length: 5000 }, (_, i) => [`https://a.example/${i}`, "img"]);
  const said = found({ elements: many });
  expect(said?.kind === "found" && said.found.elements.length).toBe(2000);
});
