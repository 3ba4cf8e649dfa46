import { expect, test } from "vitest";
import { mediaOf } from "../media/media.ts";
import { together } from "./together.ts";

const page = (html: string) => mediaOf(html, "http://a.example/");
const nameOf = ({ url }: { url: string }) => url;
const medium = (name: string) => ({ url: `http://a.example/${name}`, element: "img" });
const listed = ({ media }: ReturnType<typeof together>) =>
  media.map(({ url, element, byScript }) => `${url.slice("http://a.example/".length)} ${element} ${byScript ?? false}`);

test("what is there for scripts alone stands behind markup and frames; what these have stays theirs", async () => {
  const pages = await Promise.all([
    page(`<video src=/1></video><img src=/2><a href=/delete/3.jpg>x</a>`),
    page(`<img src=/1><img src=/4>`),
  ]);
  const all = together(pages, { media: ["4", "5", "5"].map(medium), truncated: false }, 9, nameOf);
  expect(listed(all)).toEqual(["2 img false", "1 video false", "4 img false", "5 img true"]);
  expect(all).toMatchObject({ found: 6, neverFollowed: 1, truncated: false });
  // Of those beyond the limit one tells that there are more.
  expect(together(pages, { media: [medium("5")], truncated: false }, 2, nameOf).media).toHaveLength(3);
});

test("a browser's look that had to be cut short is said", async () => {
  expect(together([await page("")], { media: [], truncated: true }, 9, nameOf)).toMatchObject({
    found: 0,
    truncated: true,
  });
});
