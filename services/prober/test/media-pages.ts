import { doc, many, type MediaPage } from "./media-page.ts";
import { hosts, posts } from "./media-pages-of-hosts.ts";

const boards: MediaPage[] = [
  {
    name: "image board: thumbnails that lead to files",
    html: doc(
      many(
        5,
        (at) =>
          `<div class=post><a class=fileThumb href="//i.boards.example/b/${at}.jpg"><img src="//t.boards.example/b/${at}s.jpg" loading=lazy></a><blockquote>words</blockquote></div>`,
      ).join(""),
    ),
    shows: many(5, (at) => `https://i.boards.example/b/${at}.jpg`).concat(
      many(5, (at) => `https://t.boards.example/b/${at}s.jpg`),
    ),
  },
  {
    name: "image board: films and thumbnails, with a form that deletes",
    html: doc(
      `<form action=/delete.php><a href="/src/1.webm"><img src=/thumb/1.jpg></a><a href="/src/2.mp4"><img src=/thumb/2.jpg></a><a href="/mod.php?/b/delete/1.jpg">[D]</a></form>`,
    ),
    shows: ["/src/1.webm", "/src/2.mp4", "/thumb/1.jpg", "/thumb/2.jpg"],
    not: ["/mod.php?/b/delete/1.jpg"],
  },
  {
    name: "image board: broken markup, nothing closed",
    html: `<html><body><div><a href=/src/1.png<br><a href='/src/2.png'><img src="/t/2.png" <p>text<img src=/t/3.png><a href="/src/4.gif`,
    shows: ["/src/2.png", "/t/2.png", "/t/3.png"],
  },
  {
    name: "image board: search links to other services beside each file",
    html: doc(
      `<a href="/src/1.jpg"><img src="/t/1.jpg"></a><a href="https://iqdb.org/?url=https://board.example/t/1.jpg">iqdb</a><a href="https://www.google.com/searchbyimage?image_url=https://board.example/src/1.jpg">g</a>`,
    ),
    shows: ["/src/1.jpg", "/t/1.jpg"],
    not: ["https://iqdb.org/?url=https://board.example/t/1.jpg"],
  },
  {
    name: "image board in capitals, with spaces and entities",
    html: `<HTML><BODY><IMG\n SRC = "/t/a.jpg?x=1&amp;y=2" ><A HREF = '/src/b c.JPG'>x</A></BODY></HTML>`,
    shows: ["/t/a.jpg?x=1&y=2", "/src/b%20c.JPG"],
  },
];

const galleries: MediaPage[] = [
  {
    name: "gallery: lazy loading by data-src with place-holders",
    html: doc(
      many(6, (at) => `<img class=lazy src="/blank.gif" width=300 height=200 data-src="/full/${at}.jpg">`).join(""),
    ),
    shows: many(6, (at) => `/full/${at}.jpg`).concat("/blank.gif"),
  },
  {
    name: "gallery: srcset with widths",
    html: doc(`<img src="/s.jpg" srcset="/320.jpg 320w, /640.jpg 640w,/1280.jpg 1280w" sizes="100vw">`),
    shows: ["/s.jpg", "/1280.jpg", "/320.jpg"],
  },
  {
    name: "gallery: picture with sources in several formats",
    html: doc(
      `<picture><source type="image/avif" srcset="/a.avif 1x, /a2.avif 2x"><source type="image/webp" data-srcset="/a.webp"><img src="/a.jpg" alt></picture>`,
    ),
    shows: ["/a.avif", "/a2.avif", "/a.webp", "/a.jpg"],
  },
  {
    name: "gallery: background pictures in style attributes and blocks",
    html: doc(
      `<div class=tile style="background-image: url('/bg/1.jpg')"></div><div style='background:url( "/bg/2.jpg" ) no-repeat'></div>`,
      `<style>.hero{background:#fff URL(/bg/3.jpg) center}@font-face{src:url(/f.woff2)}</style>`,
    ),
    shows: ["/bg/1.jpg", "/bg/2.jpg", "/bg/3.jpg"],
    not: ["/f.woff2"],
  },
  {
    name: "gallery: base",
    html: doc(`<img src="1.jpg"><img src="/2.jpg"><a href="../3.png">x</a>`, `<base href="https://cdn.example/g/9/">`),
    shows: ["https://cdn.example/g/9/1.jpg", "https://cdn.example/2.jpg", "https://cdn.example/g/3.png"],
  },
  {
    name: "gallery: light box by attributes of links",
    html: doc(
      `<a href="#" data-full="/big/1.jpg"><img src=/m/1.jpg></a><li data-src="/big/2.jpg" data-thumb="/m/2.jpg"></li>`,
    ),
    shows: ["/big/1.jpg", "/m/1.jpg", "/big/2.jpg", "/m/2.jpg"],
  },
  {
    name: "gallery: five hundred pictures",
    html: doc(many(500, (at) => `<figure><img src="/p/${at}.jpg"></figure>`).join("")),
    shows: many(500, (at) => `/p/${at}.jpg`),
  },
  {
    name: "gallery: pictures for those who run no scripts",
    html: doc(`<div id=app></div><noscript><img src="/n/1.jpg"><img src="/n/2.jpg"></noscript>`),
    shows: ["/n/1.jpg", "/n/2.jpg"],
  },
];

const forums: MediaPage[] = [
  {
    name: "forum: one hot-linked picture among avatars and smileys",
    html: doc(
      `<img src=/avatar/1.png width=48 height=48><p>hello <img src=/smile.gif width="15" height="15"></p><img src="https://pics.example/x/1.jpg">`,
    ),
    shows: ["https://pics.example/x/1.jpg"],
    not: ["/avatar/1.png", "/smile.gif"],
  },
  {
    name: "forum: attachments by number, log out and report links",
    html: doc(
      `<img src="attachment.php?attachmentid=7&d=1"><a href="/attachment.php?attachmentid=8&name=b.jpg">b.jpg</a><a href="/login.php?do=logout&x=y.jpg">out</a><a href="/report.php?post=7&file=b.jpg">report</a>`,
    ),
    shows: ["/b/thread/attachment.php?attachmentid=7&d=1", "/attachment.php?attachmentid=8&name=b.jpg"],
    not: ["/login.php?do=logout&x=y.jpg", "/report.php?post=7&file=b.jpg"],
  },
  {
    name: "forum: frames of the same site, and of others",
    html: `<frameset><frame src="/left.html"><frame src="https://img.board.example/right.html"><frame src="https://ads.example/x"></frameset>`,
    shows: [],
    frames: ["https://board.example/left.html", "https://img.board.example/right.html"],
  },
  {
    name: "forum: pictures within a frame that stands in the page",
    html: doc(`<iframe srcdoc="&lt;img src=&quot;/inner/1.jpg&quot;&gt;"></iframe><iframe src="/embed/5"></iframe>`),
    shows: ["/inner/1.jpg"],
    frames: ["https://board.example/embed/5"],
  },
  {
    name: "forum of twenty years ago: tables with backgrounds",
    html: `<BODY background="/bg.jpg"><TABLE background=/t.gif><TR><TD><CENTER><IMG lowsrc=/l.gif src=/h.jpg></TABLE>`,
    shows: ["/bg.jpg", "/t.gif", "/h.jpg"],
  },
  {
    name: "forum: an image map and an image button",
    html: doc(
      `<map><area href="/zone/a.jpg"></map><input type=image src="/button/b.png"><object data="/o.png"></object>`,
    ),
    shows: ["/zone/a.jpg", "/button/b.png", "/o.png"],
  },
];

export const MEDIA_PAGES: readonly MediaPage[] = [...boards, ...galleries, ...forums, ...hosts, ...posts];
