import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { HOSTS, type Host } from "../../test/not-found-pages.ts";
import { besideUrl, isShownAtRoot, likeness, pageInstead, shingles, type Answered } from "./soft-404.ts";

/** fast-check's own addresses take a hundred times as long to make. */
const addresses = fc
  .record({
    host: fc.constantFrom("http://h.example", "https://www.h.example:8443", "http://192.0.2.7"),
    path: fc.array(fc.oneof(fc.constantFrom("a.jpg", "view.php", "x", "%2F", "k3", ""), fc.string()), { maxLength: 4 }),
    query: fc.option(fc.oneof(fc.constantFrom("f=a.jpg", "id=7&do=show", "x", "&&="), fc.string()), { nil: "" }),
    hash: fc.constantFrom("", "#top"),
  })
  .map(({ host, path, query, hash }) => {
    const url = new URL(`${host}/${path.map((part) => part.replaceAll(/[?#]/g, "")).join("/")}`);
    url.search = query;
    return url.href + hash;
  });

describe("a host whose page in place of a picture is", () => {
  test.each(Object.entries(HOSTS))("%s", (_, host) => expect(pageInstead(answersOf(host))).toBe(host.end));

  test.each(["beside", "root"] as const)("one whose answer %s could not be had is unclear", (missing) => {
    for (const host of Object.values(HOSTS)) {
      expect(pageInstead({ ...answersOf(host), [missing]: undefined })).toBe("UNCLEAR");
    }
  });

  test("told the same by the address that it ended at", () => {
    const answers = answersOf({
      answer: ({ pathname }) =>
        `<p>Nothing was found at ${pathname.replace("/u/", "/gone/")} in this house of pictures.`,
      root: "<p>Welcome to the house of pictures where all may keep theirs.",
      end: "REPLACED",
    });
    for (const answer of [answers.page, answers.beside])
      answer.head = { ...answer.head, url: answer.asked.replace("/u/", "/gone/") };
    expect(pageInstead(answers)).toBe("REPLACED");
  });
});

test("the same picture, or the same words, are shown at the root", () => {
  const answered = (asked: string, body: string, type: string): Answered => ({
    asked,
    head: { url: asked, status: 200, headers: new Map([["content-type", [type]]]) },
    bytes: Buffer.from(body, "latin1"),
  });
  const [here, root] = ["http://h.example/u/k3jd9.jpg", "http://h.example/"];
  const [gif, png] = ["GIF89a\x01\x00\x01\x00", "\x89PNG\r\n\x1a\n"];
  expect(isShownAtRoot(answered(here, gif, "image/gif"), answered(root, gif, "text/html"))).toBe(true);
  expect(isShownAtRoot(answered(here, gif, "image/gif"), answered(root, png, "image/png"))).toBe(false);
  const says = (asked: string, words: string) => answered(asked, words, "text/plain");
  expect(isShownAtRoot(says(here, `No entry to ${here} from here`), says(root, `No entry to ${root} from here`))).toBe(
    true,
  );
  expect(isShownAtRoot(says(here, "This picture was removed"), says(root, "Welcome to the house of pictures"))).toBe(
    false,
  );
  expect(isShownAtRoot(says(here, "This picture was removed"), answered(root, gif, "image/gif"))).toBe(false);
});

describe("the address beside", () => {
  test.each([
    ["http://h.example/u/abc.jpg", "http://h.example/u/T0K.jpg"],
    ["https://h.example:8443/abc", "https://h.example:8443/T0K"],
    ["http://h.example/photo/123/", "http://h.example/photo/T0K/"],
    ["http://h.example/a/a/a.png", "http://h.example/a/a/T0K.png"],
    ["http://h.example/", "http://h.example/T0K"],
    ["http://h.example/u/abc.jpg?width=200#top", "http://h.example/u/T0K.jpg?width=200"],
    ["http://h.example/view.php?f=abc.jpg", "http://h.example/view.php?f=T0K.jpg"],
    ["http://h.example/view.php?do=show&id=77", "http://h.example/view.php?do=show&id=T0K"],
    ["http://h.example/watch?v=abcdef", "http://h.example/watch?v=T0K"],
    ["http://h.example/?img=x", "http://h.example/?img=T0K"],
    ["http://h.example/index.html?a=b&c=", "http://h.example/index.html?a=T0K&c="],
    ["http://h.example/k3jd9?s=1", "http://h.example/T0K?s=1"],
    ["http://h.example/archive.tar.gz", "http://h.example/T0K.gz"],
    ["http://h.example/.hidden", "http://h.example/T0K"],
    ["http://h.example/u/a%2Fb%20c.JPG", "http://h.example/u/T0K.JPG"],
  ])("%s is %s", (url, beside) => expect(besideUrl(url, "T0K")).toBe(beside));

  test("is another one at the same host, and carries the token", () => {
    fc.assert(
      fc.property(addresses, (url) => {
        const beside = besideUrl(url, "T0KEN9");
        expect(new URL(beside).origin).toBe(new URL(url).origin);
        expect(beside).not.toBe(new URL(url).href);
        expect(beside).toContain("T0KEN9");
      }),
    );
  });
});

test("likeness is 1 for the same, 0 for nothing in common, and the same both ways", () => {
  const words = fc
    .array(fc.constantFrom("apple", "pear", "plum", "fig", "quince"), { maxLength: 30 })
    .map((all) => all.join(" "));
  fc.assert(
    fc.property(words, words, (one, other) => {
      const [a, b] = [shingles(one), shingles(other)];
      expect(likeness(a, a)).toBe(1);
      expect(likeness(a, b)).toBe(likeness(b, a));
      expect(likeness(a, b)).toBeGreaterThanOrEqual(0);
      expect(likeness(a, b)).toBeLessThanOrEqual(1);
    }),
  );
  expect(likeness(shingles("one two three"), shingles("one two three four"))).toBe(0);
});

test("whatever hosts answer, there is an end, and soon", () => {
  fc.assert(
    fc.property(addresses, fc.array(fc.string(), { minLength: 3, maxLength: 3 }), (asked, [a = "", b = "", c = ""]) => {
      const end = pageInstead({
        page: answered(asked, a),
        beside: answered(besideUrl(asked, "T0K"), b),
        root: answered(new URL("/", asked).href, c),
      });
      expect(["REPLACED", "WALL", "UNCLEAR"]).toContain(end);
    }),
  );
  const [long, asked] = ["a".repeat(8000), "http://h.example/"];
  const ms = cpuMs(() => {
    for (const name of [long, "b".repeat(110), `b${"a".repeat(110)}`, "a%20".repeat(2000), "&".repeat(4000)]) {
      const page = answered(`${asked}${name}?${name}=${name}`, "a".repeat(300_000));
      expect(pageInstead({ page, beside: page, root: answered(asked, "b ".repeat(100_000)) })).toBeDefined();
    }
  });
  expect(ms).toBeLessThan(10_000);
});

function answersOf({ asked = "http://host.example/u/k3jd9.jpg", answer, root, status }: Host) {
  const beside = besideUrl(asked, "zq81xk40vw");
  return {
    page: answered(asked, answer(new URL(asked), 0), status?.[0]),
    beside: answered(beside, answer(new URL(beside), 1), status?.[1]),
    root: answered("http://host.example/", root, status?.[2]),
  };
}

function answered(asked: string, page: string, status = 200): Answered {
  return { asked, head: { url: new URL(asked).href, status, headers: new Map() }, bytes: Buffer.from(page) };
}
