import { doc, type MediaPage } from "./media-page.ts";

const json = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;
/** A picture that stands in the page itself. */
const DATA = `data:image/png;base64,${"iVBORw0KGgo".padEnd(900, "A")}`;

export const hosts: MediaPage[] = [
  {
    name: "file host: only meta tags name the picture",
    html: doc(
      `<div id=root></div>`,
      `<meta property="og:image" content="https://i.host.example/full/1.jpg"><meta name="twitter:image" content="/full/1t.jpg">`,
    ),
    shows: ["https://i.host.example/full/1.jpg", "/full/1t.jpg"],
  },
  {
    name: "file host: a film with poster and sources",
    html: doc(
      `<video poster="/p.jpg" controls><source src="/v.mp4" type="video/mp4"><source src="/v.webm"></video><audio src=/a.mp3><source src=/a.ogg></audio>`,
    ),
    shows: ["/p.jpg", "/v.mp4", "/v.webm"],
    not: ["/a.mp3", "/a.ogg"],
  },
  {
    name: "file host: og:video is the page that plays, and a file",
    html: doc(
      "x",
      `<meta property="og:video" content="https://play.example/embed/9"><meta property="og:video:secure_url" content="https://cdn.example/9.mp4"><link rel="image_src" href="/9.jpg">`,
    ),
    shows: ["https://cdn.example/9.mp4", "/9.jpg"],
    not: ["https://play.example/embed/9"],
  },
  {
    name: "file host: preloaded",
    html: doc(
      "x",
      `<link rel=preload as=image href="/hero.jpg" imagesrcset="/hero1.jpg 1x, /hero2.jpg 2x"><link rel=icon href=/i.png>`,
    ),
    shows: ["/hero.jpg", "/hero1.jpg", "/hero2.jpg"],
    not: ["/i.png"],
  },
  {
    name: "file host: the picture stands in the page",
    html: doc(
      `<img src="${DATA}"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img src="data:image/svg+xml,${"x".repeat(900)}">`,
    ),
    shows: [DATA],
    not: ["data:image/gif;base64,R0lGODlhAQABAAAAACw="],
  },
  {
    name: "file host: a size behind the name",
    html: doc(
      `<a href="https://pbs.example/media/1.jpg:large">x</a><a href="/get?file=album/2.png">y</a><a href="/about.html">z</a>`,
    ),
    shows: ["https://pbs.example/media/1.jpg:large", "/get?file=album/2.png"],
    not: ["/about.html"],
  },
];

export const posts: MediaPage[] = [
  {
    name: "post: JSON-LD with pictures in a graph",
    html: doc(
      "x",
      json({
        "@graph": [
          { "@type": "ImageObject", url: "/ld/1.jpg", thumbnailUrl: "/ld/1t.jpg" },
          { "@type": "VideoObject", contentUrl: "/ld/v.mp4", thumbnailUrl: ["/ld/v1.jpg", "/ld/v2.jpg"] },
          { "@type": "Article", image: { "@type": "ImageObject", url: "/ld/2.jpg" }, url: "/post/1" },
        ],
      }),
    ),
    shows: ["/ld/1.jpg", "/ld/1t.jpg", "/ld/v.mp4", "/ld/v1.jpg", "/ld/v2.jpg", "/ld/2.jpg"],
    not: ["/post/1"],
  },
  {
    name: "post: JSON-LD that is broken, beside a picture",
    html: doc(`<img src=/ok.jpg>`, `<script type="application/ld+json">{"image": "/x.jpg", </script>`),
    shows: ["/ok.jpg"],
  },
  {
    name: "post: figures with captions and the lazy attributes of plug-ins",
    html: doc(
      `<figure><a href="/up/1.jpg"><img data-lazy-src="/up/1-300.jpg" data-orig-file="/up/1o.jpg" data-lazy-srcset="/up/1-300.jpg 300w, /up/1-1024.jpg 1024w"></a><figcaption>words</figcaption></figure>`,
    ),
    shows: ["/up/1.jpg", "/up/1-300.jpg", "/up/1o.jpg", "/up/1-1024.jpg"],
  },
  {
    name: "post: the same picture in many forms is one",
    html: doc(
      `<img src="/one.jpg"><img src="https://board.example/one.jpg"><img src="https://BOARD.example:443/%6Fne.jpg?utm_source=a">`,
    ),
    shows: ["/one.jpg"],
  },
  {
    name: "post: text in scripts, comments and text fields is no markup",
    html: doc(
      `<script>var s = '<img src="/no/1.jpg">'</script><!-- <img src="/no/2.jpg"> --><textarea><img src="/no/3.jpg"></textarea><img src=/yes.jpg>`,
    ),
    shows: ["/yes.jpg"],
    not: ["/no/1.jpg", "/no/2.jpg", "/no/3.jpg"],
  },
  {
    name: "post: drawings with pictures in them, and pages of AMP",
    html: doc(
      `<svg><image href="/svg/1.png"/><image xlink:href="/svg/2.png"/></svg><amp-img src="/amp.jpg" width=600 height=400></amp-img>`,
    ),
    shows: ["/svg/1.png", "/svg/2.png", "/amp.jpg"],
  },
];
