import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { repair } from "./repair.ts";

const a = "http://a.example/x.jpg";

describe("read as it was meant", () => {
  test.each<[string, string, string]>([
    ["white space around it", " \t\r\n\u00a0\u3000http://a.example/x.jpg\u2028\n", a],
    ["a byte-order mark before it", `\ufeff${a}`, a],
    ["a zero-width space behind it", `${a}\u200b`, a],
    ["zero-width characters within", "ht\u200btp://a.exa\u2060mple/x\u00ad.jp\ufeffg", a],
    ["marks of direction", `\u202a${a}\u202c\u200e`, a],
    ["a joiner behind letters that it joins", "http://a.example/\u0645\u06cc\u200c", "http://a.example/\u0645\u06cc"],
    ["two schemes", "http://https://a.example/x", "https://a.example/x"],
    ["two schemes, the inner one insecure", "https://http://a.example/x", "http://a.example/x"],
    ["three schemes", "http://http://https://a.example/x", "https://a.example/x"],
    ["two schemes, a colon missing", "http://https//a.example/x", "https://a.example/x"],
    ["two schemes, a slash missing", "http:https://a.example/x", "https://a.example/x"],
    ["hxxp", "hxxp://a.example/x.jpg", a],
    ["hXXps", "hXXps://a.example/x", "https://a.example/x"],
    ["h**p and h__p", "h**p://a.example/x.jpg", a],
    ["htxp", "htxp://a.example/x.jpg", a],
    ["[.]", "http://a[.]example/x.jpg", a],
    ["(.)", "http://a(.)example/x.jpg", a],
    ["{.}", "http://a{.}example/x.jpg", a],
    ["[dot]", "http://a[dot]example/x.jpg", a],
    ["half a bracket", "http://a[.example/x.jpg", a],
    ["[:]//", "hxxp[:]//a.example/x.jpg", a],
    ["[://]", "hxxps[://]a.example/x", "https://a.example/x"],
    [":[//]", "hxxp:[//]a.example/x.jpg", a],
    ["[/] and [:]", "hxxp://a[.]example[:]8080[/]x", "http://a.example:8080/x"],
    ["every dot made harmless", "hxxp://a[.]example/x[.]jpg", a],
    ["www made harmless", "www[.]a[.]example/x", "https://www.a.example/x"],
    ["www without a scheme", "www.a.example/x.jpg", "https://www.a.example/x.jpg"],
    ["WWW without a scheme", "WWW.A.example", "https://WWW.A.example"],
    ["angle brackets", `<${a}>`, a],
    ["angle brackets with URL:", `<URL:${a}>`, a],
    ["angle brackets and a full stop", `<${a}>.`, a],
    ["angle brackets around a mark that belongs to it", "<http://a.example/Yahoo!>", "http://a.example/Yahoo!"],
    ["an angle bracket that was left", `${a}>`, a],
    ["quotation marks", `"${a}"`, a],
    ["curly quotation marks and a comma", `\u201c${a}\u201d,`, a],
    ["low quotation marks", `\u201e${a}\u201c`, a],
    ["guillemets", `\u00ab${a}\u00bb`, a],
    ["corner brackets", `\u300c${a}\u300d`, a],
    ["backticks", `\`${a}\``, a],
    ["a quotation mark that was left before it", `"${a}`, a],
    ["a quotation mark that was left behind it", `${a}"`, a],
    ["brackets and a full stop", `(${a}).`, a],
    ["brackets around brackets", "(http://a.example/x_(y))", "http://a.example/x_(y)"],
    ["a bracket that nothing opens", `${a})`, a],
    ["several layers", `* \u201c<${a}>\u201d`, a],
    ["bold", `**${a}**`, a],
    ["a sentence's full stop behind a file", `${a}.`, a],
    ["a sentence's marks behind a file", `${a}?!,`.replace("?", ""), a],
    ["an ellipsis behind a file", `${a}...`, a],
    ["a full stop behind a host", "http://a.example.", "http://a.example"],
    ["a full stop behind a folder", "http://a.example/x/,", "http://a.example/x/"],
    ["an ideographic full stop behind a file", `${a}\u3002`, a],
    ["full-width letters", "\uff48\uff54\uff54\uff50\uff1a\uff0f\uff0fa\uff0eexample\uff0fx\uff0ejpg", a],
    ["a full-width colon and slashes", "http\uff1a\uff0f\uff0fa.example/x.jpg", a],
    ["a full-width slash behind the host", "http://a.example\uff0fx.jpg", a],
    ["backslashes", "http:\\\\a.example/x.jpg", a],
    ["a slash missing", "http:/a.example/x.jpg", a],
    ["both slashes missing", "http:a.example/x.jpg", a],
    ["a slash too many", "http:///a.example/x.jpg", a],
    ["a colon missing", "http//a.example/x.jpg", a],
    ["a semicolon for the colon", "http;//a.example/x.jpg", a],
    ["a space behind the colon", "http: //a.example/x.jpg", a],
    ["a space behind the slashes", "https:// a.example/x", "https://a.example/x"],
    ["a first letter that was not copied", "ttp://a.example/x.jpg", a],
    ["a letter twice", "hhttps://a.example/x", "https://a.example/x"],
    ["escaped ampersands", "http://a.example/?a=1&amp;b=2&#38;c=3", "http://a.example/?a=1&b=2&c=3"],
    ["a Markdown link", `[a picture](${a})`, a],
    ["a Markdown link of itself", `[${a}](${a})`, a],
    ["a Markdown picture with a title", `![](<${a}> "a title")`, a],
    ["a link of a forum", `[url=${a}]here[/url]`, a],
    ["a picture of a forum", `[IMG]${a}[/IMG]`, a],
    ["HTML", '<a class="x" href="http://a.example/?a=1&amp;b=2">here</a>', "http://a.example/?a=1&b=2"],
    ["HTML of a picture that links itself", `<a href='${a}'><img src="${a}"></a>`, a],
    ["words before it", `URL: ${a}`, a],
    ["a sentence before it", `seen here, e.g. <${a}>.`, a],
    ["a place in a list", `- ${a}`, a],
    ["a quoted mail", `> ${a}`, a],
    ["the same address twice, in two lines", `${a}\n${a}`, a],
    ["the same address twice, glued", `${a}${a}`, a],
    ["the same address twice, with a comma", `${a},${a}`, a],
    ["a name with spaces", "http://a.example/my holiday 2.jpg", "http://a.example/my%20holiday%202.jpg"],
    ["an international name in NFD", "http://mu\u0308ller.example/e\u0301", "http://m\u00fcller.example/e\u0301"],
  ])("%s", (_, pasted, text) => expect(repair(pasted)).toEqual({ text }));
});

describe("in doubt", () => {
  test.each<[string, string, string]>([
    ["TWO_ADDRESSES", "in two lines", `${a}\nhttp://b.example/y`],
    ["TWO_ADDRESSES", "parted by a space", `${a} https://b.example/y`],
    ["TWO_ADDRESSES", "the second one without a scheme", `${a} b.example/y`],
    ["TWO_ADDRESSES", "the second one with www", `${a}\r\nwww.b.example/y`],
    ["TWO_ADDRESSES", "the second one made harmless", `${a}\nhxxp[:]//b[.]example/y`],
    ["TWO_ADDRESSES", "glued", `${a}http://b.example/y`],
    ["TWO_ADDRESSES", "glued and made harmless", "hxxp://a.example/xhxxp://b.example/y"],
    ["TWO_ADDRESSES", "parted by a comma", `${a},http://b.example/y`],
    ["TWO_ADDRESSES", "parted by a comma and a space", `${a}, http://b.example/y`],
    ["TWO_ADDRESSES", "a link that shows another address", "[http://b.example/](http://a.example/)"],
    ["TWO_ADDRESSES", "two links", `<a href="${a}">1</a> <a href="http://b.example/y">2</a>`],
    ["SPACE_WITHIN", "words behind it", `${a} seen on a forum`],
    ["SPACE_WITHIN", "a space, and no end of a name", "http://a.example/my holiday"],
    ["SPACE_WITHIN", "a line end within", "http://a.example/long\nend.jpg"],
    ["SPACE_WITHIN", "a tab within", "http://a.example/long\tend.jpg"],
    ["SPACE_WITHIN", "two names of files", "http://a.example/1.jpg and 2.jpg"],
    ["CUT_SHORT", "three dots", "http://a.example/forum/thread-12..."],
    ["CUT_SHORT", "an ellipsis", "http://a.example/forum/thread-12\u2026"],
    ["CUT_SHORT", "an ellipsis behind a slash", "http://a.example/\u2026"],
    ["MARK_AT_END", "a full stop", "http://a.example/wiki/Inc."],
    ["MARK_AT_END", "an exclamation mark", "http://a.example/wiki/Yahoo!"],
    ["MARK_AT_END", "a comma behind a number", "http://a.example/?id=5,"],
    ["MARK_AT_END", "a bracket that nothing opens", "http://a.example/x)"],
    ["MARK_AT_END", "a full stop within quotation marks", '"http://a.example/wiki/Inc."'],
    ["MARK_AT_END", "an ideographic full stop", "http://a.example/x\u3002"],
  ])("%s: %s", (doubt, _, pasted) => expect(repair(pasted)).toEqual({ doubt }));
});

describe("left as it is", () => {
  test.each([
    "http://a.example",
    "HTTP://A.example/",
    "http://a.example:8080/x?y=1#z",
    "http://[2001:db8::1]/x",
    "http://[::1]",
    "http://a.example/x_(y)",
    "http://a.example/x[1]",
    "http://a.example/'x'",
    "http://a.example/q?",
    "http://a.example/x/..",
    "http://a.example/x/.",
    "http://a.example/x%2E",
    "http://a.example/x#!",
    "http://a.example/x#a.",
    "http://a.example/%E2%80%8Bx%E2%80%8B",
    "http://a.example/\u1797\u17bb\u200b\u1780",
    "http://a.example/\u0645\u06cc\u200c\u062e",
    "http://a.example/\ud83d\udc69\u200d\ud83d\udcbb.jpg",
    "https://archive.example/web/2024/http://b.example/y",
    "https://proxy.example/?url=https://b.example/y",
    "https://proxy.example/u%3Dhttps://b.example/y",
    "http://a.example/?a=1&b=2&amp;c=3",
    "http://a.example/hxxp[.]jpg",
    "http://http.example/https/x",
    "http://a.example/wwww.example",
    "http://www.a.example/x",
    "ftp://a.example/x",
    "a.example/x",
    "//a.example/x",
    "javascript:alert(1)",
    "http:///x",
    "http:///x.jpg",
    "http:/x.jpg",
    "http:x.jpg?y",
    "http://",
    "",
    "nothing of the kind",
  ])("%s", (pasted) => expect(repair(pasted)).toEqual({ text: pasted }));
});

// What browsers read as it stands, and nobody doubts: no mark of a sentence at the end, no second address run into it.
const plainAddress = fc
  .tuple(
    fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true, size: "small" }),
      fc
        .string({
          unit: fc.constantFrom(...Array.from("aZ0-_~.%41%2f/?&=@:+$;,!'()*[]|#hxtp"), "\u00e9", "\u4e00", "\u200c"),
        })
        .map((rest) => `https://a.example/${rest}`),
    ),
  )
  .map(([text]) => text)
  .filter(
    (text) => URL.canParse(text) && !/[.,;:!'")\]}\u2026\u200c]$/.test(text) && !/.h[tx*_]{2}ps?:\/\//i.test(text),
  )
  .filter((text) => !/[\0-\x7f]\u200c|\u200c[\0-\x7f]/.test(text));

test("an address that was fine comes through as it is", () => {
  fc.assert(
    fc.property(plainAddress, (text) => {
      expect(repair(text)).toEqual({ text });
    }),
    { numRuns: 1000 },
  );
});

test("said exactly, any address comes through as it is", () => {
  fc.assert(
    fc.property(plainAddress, fc.constantFrom("", ".", "!", ")", "'", "..."), (text, mark) => {
      expect(repair(`<${text}${mark}>`)).toEqual({ text: `${text}${mark}` });
    }),
  );
});

test("what was repaired is not repaired again", () => {
  const pasted = fc.string({
    unit: fc.constantFrom(
      "http",
      "s",
      "hxxp",
      "://",
      ":",
      "/",
      "a.example",
      "www.",
      "[.]",
      "<",
      ">",
      '"',
      "(",
      ")",
      " ",
      "\n",
      ".",
      "x.jpg",
      "&amp;",
      "?",
      "\u200b",
      "\uff0f",
      "#",
      "*",
    ),
    maxLength: 8,
  });
  fc.assert(
    fc.property(pasted, (given) => {
      const once = repair(given);
      if (!("text" in once) || !/^https?:\/\//.test(once.text)) return;
      const again = repair(once.text);
      // Said exactly it may end in what is doubted otherwise.
      if ("text" in again) expect(again).toEqual(once);
    }),
    { numRuns: 2000 },
  );
});

test("8 KiB of anything are read within a moment", () => {
  for (const unit of [
    "(",
    ")",
    ".",
    "!",
    " ",
    "\u200b",
    "&amp;",
    "http://",
    "hxxp",
    "[.]",
    "[",
    "<",
    '"',
    "*",
    "a ",
    "x.jpg ",
    "\uff0f",
    "'",
    "<a href=x ",
    "[url]",
  ]) {
    for (const before of ["", "http://a.example/", "<a href='"]) {
      const started = performance.now();
      repair(`${before}${unit.repeat(8192 / unit.length)}`);
      expect(performance.now() - started, JSON.stringify(before + unit)).toBeLessThan(250);
    }
  }
});
