import type { Making, Trick } from "./hostile-page.ts";

const many = (count: number, one: (at: number) => string) => Array.from({ length: count }, (_, at) => one(at)).join("");

/** Words that do something, on hosts of the page's own, and services that pass on what they are asked for. */
const DOING = ["logout", "delete", "unsubscribe", "report", "vote"];

/** What stands in a page. */
export const MARKUP_TRICKS: Readonly<Record<string, Trick>> = {
  "markup cut and turned about": ({ garble, next }) => {
    garble.push((html) => {
      let text = html;
      for (let cuts = 1 + next(12); cuts > 0; cuts--) {
        const [from, length] = [next(text.length + 1), next(200)];
        const part = text.slice(from, from + length);
        const at = next(text.length + 1);
        text =
          next(2) === 0 ? text.slice(0, from) + text.slice(from + length) : text.slice(0, at) + part + text.slice(at);
      }
      return text;
    });
  },
  "odd signs anywhere": ({ garble, next }) => {
    const odd = [
      "<",
      ">",
      '"',
      "'",
      "\0",
      "&#0;",
      "&#xD800;",
      "<!--",
      "-->",
      "<![CDATA[",
      "</script>",
      "=",
      "\ufeff",
      "<textarea>",
      "<plaintext>",
      "<svg><title>",
    ];
    garble.push((html) => {
      let text = html;
      for (let signs = 1 + next(30); signs > 0; signs--) {
        const at = next(text.length + 1);
        text = text.slice(0, at) + (odd[next(odd.length)] ?? "") + text.slice(at);
      }
      return text;
    });
  },
  "deep nesting": ({ body, next }) => {
    const name = ["div", "table", "svg", "noscript", "picture", "a", "b"][next(7)] ?? "p";
    body.push(`<${name}>`.repeat(200_000));
  },
  "a million links": ({ body }) => void body.push("<a href=x>x</a>".repeat(1_000_000)),
  "links to files without end": ({ body }) => void body.push(many(100_000, (at) => `<a href=f/${at}.jpg>`)),
  "a huge attribute": ({ body, next }) => {
    const value = ["a", "&amp;", "/", "%25", "é", "\\", "http://"][next(7)] ?? "a";
    body.push(`<img ${["src", "alt", "srcset", "style", "data-src"][next(5)]}="${value.repeat(1_000_000)}">`);
  },
  "attributes without end": ({ body }) => void body.push(`<img ${many(300_000, (at) => `a${at}=1 `)}src=z.jpg>`),
  "addresses as long as they may be": ({ body, root }) => {
    body.push(many(300, (at) => `<img src="${root}/${at}.jpg?${"x".repeat(8000)}">`));
  },
  "pictures in the page": ({ body, next }) => {
    const data = [
      "image/png;base64,",
      "image/jpeg,",
      "image/webp;base64;charset=x,",
      "image/png;base64",
      ",",
      "text/html,",
    ];
    const filled = ["A", "%", "%41", "=", " ", "\n", "é"][next(7)] ?? "A";
    body.push(many(40, (at) => `<img src="data:${data[next(data.length)]}${at}${filled.repeat(next(20_000))}">`));
  },
  "a picture of megabytes in the page": ({ body }) => {
    body.push(`<img src="data:image/png;base64,${"QUJD".repeat(1_000_000)}">`);
  },
  "a base that leads elsewhere": ({ head, next, forbidden, root }) => {
    const odd = [
      "file:///etc/",
      "javascript:1/",
      "data:,",
      "http://",
      "//",
      `/${"b".repeat(8000)}/`,
      `${root}/logout/`,
      "https://web.archive.org/web/",
    ];
    const all = [...odd, ...forbidden];
    head.push(`<base href="${all[next(all.length)]}">`);
  },
  refreshes: ({ head, next, forbidden, root, answers }) => {
    const hop = (at: number) => `<meta http-equiv=refresh content="0;url=${root}/r/${(at + 1) % 3}">`;
    for (const at of [0, 1, 2]) answers.set(`${root}/r/${at}`, (_, response) => void response.end(`<html>${hop(at)}`));
    const to = [
      `${root}.html`,
      `${root}/r/0`,
      "file:///etc/passwd",
      "data:text/html,x",
      `${root}/delete/1`,
      "",
      " ",
      "0",
      ...forbidden,
    ];
    head.push(many(1 + next(3), () => `<meta http-equiv=refresh content="${next(3)};url=${to[next(to.length)]}">`));
  },
  "a set of sources without end": ({ body, root }) => {
    body.push(`<img srcset="${many(100_000, (at) => `${root}/s${at}.jpg ${at}w,`)}">`);
    body.push(
      many(500, (at) => `<picture><source srcset="${root}/p${at}.jpg 2x, ,, ${root}/q${at}.jpg ${"9".repeat(400)}w">`),
    );
  },
  "JSON-LD without end": ({ body, next, root }) => {
    const deep = "[".repeat(200_000);
    const wide = `{"image":[${many(20_000, (at) => `"${root}/j${at}.jpg",`)}1]}`;
    const inner = `${'{"image":{"@type":"ImageObject","url":'.repeat(2000)}"x"${"}".repeat(4000)}`;
    const odd = ['{"__proto__":{"image":"x"},"constructor":1}', '{"image":{"toString":1}}', "1", "null", '"'];
    body.push(`<script type="application/ld+json">${[deep, wide, inner, ...odd][next(8)]}</script>`);
  },
  "links that do something": (page) => {
    const doing = DOING.flatMap((word) => [`${page.root}/${word}/1.jpg`, `${page.root}/page?${word}=1&x=a.jpg`]);
    never(page, doing);
    const passedOn = [
      "https://web.archive.org/web/2026/a.jpg",
      `https://www.google.com/searchbyimage?image_url=${page.root}/1.jpg`,
    ];
    for (const url of [...doing, ...passedOn]) {
      const { body, next } = page;
      const tags = [
        `<img src="${url}">`,
        `<a href="${url}">`,
        `<iframe src="${url}"></iframe>`,
        `<video poster="${url}">`,
        `<p style="background:url(${url})">`,
      ];
      body.push(tags[next(tags.length)] ?? "");
    }
  },
  "pictures where nobody may go": ({ body, forbidden }) => {
    body.push(
      forbidden
        .map((url) => `<img src="${url}/a.jpg"><iframe src="${url}"></iframe><video src="${url}/v.mp4">`)
        .join(""),
    );
    body.push(
      `<img src="http://user:word@host.example/a.jpg"><img src="ftp://host.example/a.jpg"><img src="//[::ffff:127.0.0.1]/a.jpg">`,
    );
  },
  "frames in frames": ({ body, root, answers }) => {
    body.push(
      many(100, (at) => `<iframe src="${root}/f/${at}"></iframe>`),
      `<iframe src="${root}.html"></iframe>`,
    );
    body.push(`<iframe srcdoc="${"&lt;iframe srcdoc=&quot;".repeat(20_000)}"></iframe>`);
    for (let at = 0; at < 100; at++)
      answers.set(
        `${root}/f/${at}`,
        (_, response) => void response.end(`<html><iframe src="${root}/f/${at + 1}"><img src=${root}/in-${at}.jpg>`),
      );
  },
  "styles without end": ({ body }) => {
    body.push(
      `<style>${"@import url(x.css);a{background:url(".repeat(50_000)}</style>`,
      `<p style='${'url("'.repeat(100_000)}'>`,
    );
  },
  "the same picture in a thousand spellings": ({ body, root }) => {
    body.push(many(1000, (at) => `<img src="${root}/./x/../%7${at % 10}.jpg?utm_source=${at}#${at}">`));
  },
};

function never(page: Making, paths: readonly string[]): void {
  page.never.push(...paths);
}
