/** A page in the shape of something that exists, whose pictures its scripts load: its markup names none of them. */
export interface ScriptedPage {
  name: string;
  html: string;
  /** What else its scripts ask its host for, by path. */
  beside?: Readonly<Record<string, string>>;
  /** Paths of what a person sees there. */
  shows: readonly string[];
  /** Nobody may ask for these. */
  not?: readonly string[];
}

const page = (body: string, script: string) =>
  `<!doctype html><html><head><title>x</title></head><body>${body}<p>Some words.<script>${script}</script></body></html>`;
/** Puts a picture in the page. */
const SHOW = `const show = (src, on = document.body) => on.append(Object.assign(new Image(), { src }));`;

/** Below it lies all that they show. */
const root = "/scripted";

export const SCRIPTED_PAGES: readonly ScriptedPage[] = [
  {
    name: "image board: a thread from its JSON",
    html: page(
      "<div id=t></div>",
      `fetch("${root}/1/thread.json").then((r) => r.json()).then(({ posts }) => { document.querySelector("#t").innerHTML =
        posts.map(({ file, ext }) => "<a href='${root}/1/src/" + file + ext + "'><img src='${root}/1/t/" + file + "s" + ext + "'></a>").join(""); });`,
    ),
    beside: {
      [`${root}/1/thread.json`]: JSON.stringify({
        posts: [
          { file: "7", ext: ".jpg" },
          { file: "8", ext: ".png" },
        ],
      }),
    },
    shows: [`${root}/1/t/7s.jpg`, `${root}/1/t/8s.png`, `${root}/1/src/7.jpg`, `${root}/1/src/8.png`],
  },
  {
    name: "gallery: loaded as it comes into view, from an attribute of its own, turned about",
    html: page(
      [1, 2, 3].map((n) => `<div style="height:1200px"><img data-q="gpj.${n}/2/"></div>`).join(""),
      `const seen = new IntersectionObserver((all) => all.filter((one) => one.isIntersecting).forEach(({ target }) => {
        target.src = "${root}" + [...target.dataset.q].reverse().join(""); }));
       document.querySelectorAll("img").forEach((one) => seen.observe(one));`,
    ),
    shows: [1, 2, 3].map((n) => `${root}/2/${n}.jpg`),
  },
  {
    name: "gallery: goes on for as long as somebody scrolls",
    html: page(
      "<div style='height:2000px'></div>",
      `${SHOW} let n = 0; addEventListener("scroll", () => { if (n < 3) { show("${root}/3/" + ++n + ".jpg");
        document.body.append(Object.assign(document.createElement("div"), { style: "height:1500px" })); } });`,
    ),
    shows: [1, 2, 3].map((n) => `${root}/3/${n}.jpg`),
  },
  {
    name: "post: an element of its own, with a shadow",
    html: page(
      "<post-card></post-card>",
      `${SHOW} customElements.define("post-card", class extends HTMLElement { connectedCallback() {
        show("${root}/4/in.jpg", this.attachShadow({ mode: "closed" })); } });`,
    ),
    shows: [`${root}/4/in.jpg`],
  },
  {
    name: "file host: an address that is put together, after a while",
    html: page(
      "<a id=l>wait</a>",
      `${SHOW} setTimeout(() => show("${root}/" + ["5", "full"].join("/") + atob("LmpwZw==")), 1500);`,
    ),
    shows: [`${root}/5/full.jpg`],
  },
  {
    name: "forum of twenty years ago: written while it is read",
    html: page("", `document.write("<table><tr><td><im" + "g src=${root}/6/old.gif></table>");`),
    shows: [`${root}/6/old.gif`],
  },
  {
    name: "post: drawn behind an element by a rule that a script adds",
    html: page(
      "<div id=h style='width:300px;height:200px'></div>",
      `const style = document.head.appendChild(document.createElement("style"));
       style.sheet.insertRule("#h { background: url(" + location.origin + "${root}/7/hero.jpg) }");`,
    ),
    shows: [`${root}/7/hero.jpg`],
  },
  {
    name: "post: a frame of its own site that a script opens",
    html: page(
      "",
      `const frame = document.body.appendChild(document.createElement("iframe")); frame.src = "${root}/8/frame";`,
    ),
    beside: { [`${root}/8/frame`]: `<html><body><p>A frame.<script>${SHOW} show("${root}/8/framed.jpg")</script>` },
    shows: [`${root}/8/framed.jpg`],
  },
  {
    name: "file host: a film with its still",
    html: page(
      "<div id=v></div>",
      `document.querySelector("#v").innerHTML = "<video poster='${root}/9/still.jpg' src='${root}/9/film.mp4'></video>";`,
    ),
    shows: [`${root}/9/still.jpg`, `${root}/9/film.mp4`],
  },
  {
    name: "gallery: a set of sources",
    html: page(
      "<img id=i>",
      `document.querySelector("#i").srcset = "${root}/10/640.jpg 640w, ${root}/10/1280.jpg 1280w";`,
    ),
    shows: [`${root}/10/1280.jpg`],
  },
  {
    name: "CMS post: a template that is filled in, with links that do something",
    html: page(
      "<template><figure><img><a>remove</a></figure></template>",
      `const one = document.querySelector("template").content.cloneNode(true);
       one.querySelector("img").src = "${root}/11/up.jpg"; one.querySelector("a").href = "${root}/delete/11.jpg";
       document.body.append(one); new Image().src = "${root}/logout/11.gif";`,
    ),
    shows: [`${root}/11/up.jpg`],
    not: [`${root}/delete/11.jpg`, `${root}/logout/11.gif`],
  },
];
