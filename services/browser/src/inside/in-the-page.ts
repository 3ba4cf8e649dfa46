// What runs in the page itself, as texts: its world has other types than ours.

/** Shows the next part of the page; true as long as there is more. */
export const SCROLL = `(() => {
  const before = scrollY;
  scrollBy(0, innerHeight);
  return scrollY > before;
})()`;

/** Addresses of the media that stand in elements and backgrounds, each with where it stands. */
export const ELEMENTS = `(() => {
  const found = [];
  const add = (url, element) => {
    if (found.length < 2000 && typeof url === "string" && /^https?:/.test(url) && url.length <= 8192)
      found.push([url, element]);
  };
  const background = /url\\(\\s*["']?([^"')]+)/g;
  let styled = 0;
  const within = (root) => {
    for (const one of root.querySelectorAll("*")) {
      const name = one.localName;
      if (name === "img") add(one.currentSrc || one.src, one.parentElement?.localName === "picture" ? "picture" : "img");
      else if (name === "video" || name === "audio") {
        add(one.currentSrc || one.src, name);
        add(one.poster, "video poster");
      } else if (name === "embed" || name === "input") add(one.src, name);
      else if (name === "object") add(one.data, name);
      else if (name === "image") add(URL.parse(one.href?.baseVal ?? "", document.baseURI)?.href, "svg image");
      if (styled++ < 5000)
        for (const [, url] of getComputedStyle(one).backgroundImage.matchAll(background)) add(url, "background");
      if (one.shadowRoot) within(one.shadowRoot);
    }
  };
  within(document);
  return found;
})()`;
