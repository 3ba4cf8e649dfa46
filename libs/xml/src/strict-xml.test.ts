import { describe, expect, test } from "vitest";
import { StrictXml, type XmlFault } from "./strict-xml.ts";

function read(text: string, pieceLength = 7): string[] {
  const told: string[] = [];
  const xml = new StrictXml(
    {
      open: (path, { attributes }) => told.push(`<${path.join("/")} ${attributes["a"]?.value ?? ""}`.trim()),
      close: (path, inside) => told.push(inside === "" ? `>${path.join("/")}` : `>${path.join("/")} ${inside}`),
      refuse: (fault: XmlFault) => new Error(fault),
    },
    10,
  );
  for (let at = 0; at < text.length; at += pieceLength) xml.push(text.slice(at, at + pieceLength));
  xml.end();
  return told;
}

test("each element is told with the way to it, its attributes and its text, in pieces of any size", () => {
  const text = `<?xml version="1.0"?><x:l xmlns:x="urn:x" a="1"><x:e> &lt;b </x:e><e><![CDATA[c]]></e>rest</x:l>`;
  const told = ["<l 1", "<l/e", ">l/e <b", "<l/e", ">l/e c", ">l rest"];
  for (const length of [1, 7, 1000]) expect(read(text, length)).toEqual(told);
});

test("what stands behind many blanks is not forgotten: such a text is longer than any that is kept", () => {
  expect(read(`<l> ab${" ".repeat(50)}c</l>`, 5)).toEqual(["<l", `>l ab${" ".repeat(8)}`]);
  expect(read(`<l>${" ".repeat(50)}ab${" ".repeat(50)}</l>`, 5)).toEqual(["<l", ">l ab"]);
});

test("a text is cut off at what is kept of it", () => {
  expect(read(`<l>${"x".repeat(50)}</l>`, 5)).toEqual(["<l", `>l ${"x".repeat(10)}`]);
});

describe("refused:", () => {
  test.each<[XmlFault, string]>([
    ["document_type", "<!DOCTYPE l><l/>"],
    ["not_xml", "<l><e></l>"],
    ["not_xml", "<l>&b;</l>"],
    ["not_xml", "<l/><l/>"],
    ["breaks_off", "<l><e>"],
    ["too_many_attributes", `<l ${Array.from({ length: 101 }, (_, i) => `a${i}="1"`).join(" ")}/>`],
    ["too_deep", "<e>".repeat(33)],
    ["value_too_long", `<!--${"x".repeat(1_100_000)}`],
  ])("%s", (fault, text) => {
    expect(() => read(text, 100_000)).toThrow(fault);
  });
});
