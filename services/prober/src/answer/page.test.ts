import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { readPage } from "./page.ts";
import { PAGE_BYTES, textOf } from "./text.ts";
import { wordsOf } from "./words.ts";

test("what is shown is told from what is not", () => {
  const page = readPage(`<!doctype html><html><head><title>Not &amp; found</title><style>p { color: red }</style>
    <script>if (a < b) document.write("<p>written</p>")</script></head><body>
    <svg><title>Drawn</title></svg><!-- <p>a comment</p> --><header>The house</header><p>The file was <b>re</b>moved&excl;<p hidden>unseen
    <p style="display: none">unseen too</p><template><p>a mould</p></template>
    <noscript>Please run <i>scripts</i></noscript><textarea>typed</textarea>
    <select><option>one<option>two</select><footer>Terms</footer></body></html>`);
  expect(page.title).toBe("Not & found");
  expect(page.text.split(/\s+/).join(" ").trim()).toBe("The house The file was removed! Terms");
  expect(page.main.split(/\s+/).join(" ").trim()).toBe("The file was removed!");
  expect(page.unscripted.trim()).toBe("Please run scripts");
  expect(page.scripts).toContain("a < b");
});

test("forms tell where they stand and what they ask; links and buttons what they say", () => {
  const page = readPage(`<nav><form><input name=q></form></nav>
    <form action="/go"><input type=hidden name=t><input type=PASSWORD name=pw><input type=submit value="Go on">
    <button>Or <b>not</b></button></form><a href="/x">Leave</a><textarea name=loose></textarea>
    <dialog><form><input type=password></form></dialog>`);
  expect(page.forms).toEqual([
    { aside: false, fields: [expect.objectContaining({ type: "textarea" })] },
    { aside: true, fields: [expect.objectContaining({ type: "text", aside: true })] },
    { aside: false, fields: [expect.objectContaining({ type: "password", aside: false })] },
  ]);
  expect(page.controls).toEqual(["Go on", "Or not", "Leave"]);
  expect(page.tags.split("\n")).toContain("form action=/go");
});

describe("the text is read in the coding", () => {
  const page = "<p>gelöscht</p>";
  test.each<[string, Uint8Array, string | undefined]>([
    ["of its mark", Buffer.from(`\ufeff${page}`, "utf16le"), "text/html; charset=utf-8"],
    ["of its header", Buffer.from(page, "latin1"), 'text/html; charset="iso-8859-1"'],
    ["of its own word", Buffer.from(`<meta charset=windows-1252>${page}`, "latin1"), "text/html"],
    ["that it can be", Buffer.from(page), undefined],
    ["that it can be, cut off in the middle of a sign", Buffer.from(`${page}ö`).subarray(0, -1), undefined],
    ["of old, where it can be no other", Buffer.from(page, "latin1"), undefined],
    ["that it can be, where nobody knows the one it says", Buffer.from(page), "text/html; charset=martian"],
  ])("%s", (_, bytes, type) => {
    const headers = new Map(type === undefined ? [] : [["content-type", [type]]]);
    expect(textOf({ headers }, bytes)).toContain("gelöscht");
  });
});

test("words are without what differs from one answer to the next", () => {
  expect(wordsOf("Error-404: the File, 'x1y2' wasn’t found on Sat, 28 Nov 2026 12:30:05 GMT")).toEqual([
    "the",
    "file",
    "wasn’t",
    "found",
    "on",
  ]);
  expect(wordsOf("Ray ID 8f3c-abcd-ffff2; key aGVsbG8gdGhlcmUgZnJpZW5k")).toEqual(["ray", "id", "key"]);
  expect(wordsOf("文件404 已删除")).toEqual(["文", "件", "已", "删", "除"]);
});

test("whatever comes is read, in time that grows with its length alone", () => {
  const parts = fc.constantFrom(
    "<a>",
    "<b",
    " c=",
    '"',
    "'",
    "</a>",
    "</b",
    ">",
    "<!--",
    "-->",
    "&amp",
    "&#x1;",
    "<script>",
    "x",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 60 }), (all) => {
      expect(typeof readPage(all.join("")).text).toBe("string");
    }),
  );
  const hostile = [
    "<i>",
    "<p>",
    "<a x=1>",
    "<div hidden>",
    "</p>",
    "<",
    "&amp;",
    "<noscript>",
    "<form>",
    "<!--",
    "<title>",
    "<script>",
  ];
  const ms = cpuMs(() => {
    for (const part of hostile) readPage(part.repeat(PAGE_BYTES / part.length));
    readPage("<i>".repeat(40_000) + "</b>".repeat(30_000));
    readPage(Array.from({ length: 20_000 }, (_, i) => `<b a=${i}><p>`).join(""));
  });
  expect(ms).toBeLessThan(5000);
});
