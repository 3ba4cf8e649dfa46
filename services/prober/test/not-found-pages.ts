/** What a host answers: a page by what was asked of it, how often it was asked before, and its root. */
export interface Host {
  /** What is asked in place of `http://host.example/u/k3jd9.jpg`. */
  asked?: string;
  answer: (url: URL, nth: number) => string;
  root: string;
  /** Statuses of the page, of what is beside it and of the root; 200 unless told. */
  status?: readonly [number, number, number];
  end: "REPLACED" | "WALL" | "UNCLEAR";
}

const story =
  "Welcome to the house of pictures where everybody may keep what they took on their travels and show it to friends " +
  "and family in albums that load fast on every device and cost nothing for as long as you like to stay with us";
const posts = [
  "How to prune an apple tree before the first frost of the year comes over the hills",
  "Why the old harbour has got a new crane and what the fishermen say about its colour",
  "A walk through the market with a cook who knows each of its forty stalls by name",
  "Ten books about mountains that were written by people who never climbed even one",
  "The railway that was never built and the bridge that waits for it until today",
];
const shell =
  '<!doctype html><title>Pictures</title><div id="root"></div><script src="/app.js"></script>' +
  "<noscript>You need to enable JavaScript to run this app.</noscript>";
const menu =
  "<nav><a href=/>Home</a> <a href=/new>New pictures</a> <a href=/top>Top of the week</a> <a href=/help>Help</a></nav>";
const parked =
  "<html><title>host.example</title><h1>host.example</h1><p>This domain may be for sale. Related searches: cheap " +
  "flights, hotel bookings, web hosting, used cars, insurance quotes and online courses.</p></html>";
const signIn =
  "<title>Sign in</title><h1>Sign in to continue</h1><p>You must be a member to see this.</p><form><input name=user>" +
  "<input type=password><button>Sign in</button></form>";

/** Written after what servers, programs and hosts answer; the end of each was fixed before the test ran. */
export const HOSTS: Readonly<Record<string, Host>> = {
  "nginx, with its status lost": {
    answer: () =>
      "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.24.0</center></body></html>",
    root: `<title>Pictures</title><p>${story}`,
    end: "REPLACED",
  },
  "Apache, which names the path": {
    answer: ({ pathname }) =>
      `<title>404 Not Found</title><h1>Not Found</h1><p>The requested URL ${pathname} was not found on this server.</p><hr><address>Apache/2.4.58 (Debian) Server at host.example Port 80</address>`,
    root: "<title>Index of /</title><h1>Index of /</h1><table><tr><td>u/<td>2026-11-02 10:15</table>",
    end: "REPLACED",
  },
  "IIS, in its long form": {
    answer: ({ href }) =>
      `<title>IIS 10.0 Detailed Error - 404.0 - Not Found</title><h2>HTTP Error 404.0 - Not Found</h2><p>The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.</p><table><tr><th>Requested URL<td>${href}<tr><th>Physical Path<td>C:\\inetpub\\wwwroot${new URL(href).pathname.replaceAll("/", "\\")}</table>`,
    root: `<title>Pictures</title><p>${story}`,
    end: "REPLACED",
  },
  "an escaped and an unescaped name": {
    asked: "http://host.example/u/my%20summer%26more.jpg",
    answer: ({ pathname }) =>
      `<p>Sorry, there is no ${decodeURIComponent(pathname).replace("&", "&amp;")} here (${pathname}).<p>Please look for it somewhere else.`,
    root: `<p>${story}`,
    end: "REPLACED",
  },
  "a name that is a word of the page": {
    asked: "http://host.example/u/file.jpg",
    answer: ({ pathname }) =>
      `<p>The file you asked for is not a file here any more: ${pathname}. Try another file, or go home.`,
    root: `<p>${story}`,
    end: "REPLACED",
  },
  "request ids, times and a nonce": {
    answer: (_, nth) =>
      `<h1>We could not find that page</h1><p>It may have moved. Tell us this number: 7f3a-${nth}bcd-e01${nth}, given at Sat, 28 Nov 2026 20:0${nth}:11 GMT.</p><p>Key QWxhZGRpbjpvcGVu${nth}IHNlc2FtZQ==`,
    root: `<p>${story}`,
    end: "REPLACED",
  },
  "a host of files that deleted it": {
    answer: () =>
      `${menu}<h1>File has been deleted</h1><p>This file was removed by its owner or after a complaint.</p>`,
    root: `${menu}<h1>Share your files</h1><p>${story}`,
    end: "REPLACED",
  },
  "few words": {
    answer: () => "<body>Image removed</body>",
    root: `<p>${story}`,
    end: "REPLACED",
  },
  "no words but a picture": {
    answer: () => '<body><img src="/gone.png"></body>',
    root: `<p>${story}`,
    end: "REPLACED",
  },
  Japanese: {
    answer: () =>
      "<title>ページが見つかりません</title><p>お探しのページは削除されたか、移動した可能性があります。</p>",
    root: "<title>写真の家</title><p>旅の写真を友だちや家族と分けることができる場所へようこそ。</p>",
    end: "REPLACED",
  },
  "a value that names the picture": {
    asked: "http://host.example/view.php?img=k3jd9.jpg",
    answer: ({ searchParams }) =>
      `<h2>No such image</h2><p>There is no image called ${searchParams.get("img")} on this host.</p>`,
    root: `<p>${story}`,
    end: "REPLACED",
  },
  "a status that says it of both": {
    answer: () => "<p>There is nothing here. The owner of the album may have closed it.</p>",
    root: `<p>${story}`,
    status: [200, 404, 200],
    end: "REPLACED",
  },
  "WordPress with one post by lot at the side": {
    answer: (_, nth) =>
      `${menu}<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try one of the links below or a search? ${story}. Read also what others wrote about their travels, or look at the most used categories, the archives by month and the clouds of tags that our readers made over all these years.</p><aside>${(posts[nth] ?? "").split(" ").slice(0, 2).join(" ")}</aside>`,
    root: `${menu}${posts.map((post) => `<h2>${post}</h2>`).join("")}`,
    end: "REPLACED",
  },
  "WordPress whose side is mostly by lot": {
    answer: (_, nth) => `<h1>That page can’t be found.</h1><aside>${posts[nth]} ${posts[(nth + 2) % 5]}</aside>`,
    root: `<h1>News</h1>${posts.join(" ")}`,
    end: "UNCLEAR",
  },
  "another page than for what cannot exist": {
    answer: ({ pathname }) =>
      pathname.includes("k3jd9")
        ? `<h1>Album of the summer</h1><p>${posts[0]}`
        : "<h1>Not found</h1><p>No such album here.",
    root: `<p>${story}`,
    end: "UNCLEAR",
  },
  "to its root only for what was there": {
    answer: ({ pathname }) => (pathname.includes("k3jd9") ? `<p>${story}` : "<h1>Not found</h1><p>No such album here."),
    root: `<p>${story}`,
    end: "UNCLEAR",
  },
  "half of its root": {
    answer: () => `<p>${story}</p><p>${posts[0]}`,
    root: `<p>${story}</p>`,
    end: "UNCLEAR",
  },
  "to its root for everything": {
    answer: () => `<p>${story}`,
    root: `<p>${story}`,
    end: "WALL",
  },
  "the same shell for everything": { answer: () => shell, root: shell, end: "WALL" },
  "a shell, and a root with words": { answer: () => shell, root: `${shell}<p>${story}`, end: "UNCLEAR" },
  "a shell that says it is loading": {
    answer: () => "<title>Pictures</title><p>Loading…</p><script src=/app.js></script>",
    root: `<p>${story}`,
    end: "UNCLEAR",
  },
  "nothing at all, everywhere": { answer: () => "<html></html>", root: "<html></html>", end: "WALL" },
  "a parked domain": { answer: () => parked, root: parked, end: "WALL" },
  "a parked domain that names what was asked": {
    answer: ({ pathname }) => parked.replace("</p>", ` ${pathname}</p>`),
    root: parked,
    end: "WALL",
  },
  "sign in first, everywhere": { answer: () => signIn, root: signIn, end: "WALL" },
  "too busy": {
    answer: () => "<h1>Too many requests, please slow down</h1>",
    root: `<p>${story}`,
    status: [200, 429, 200],
    end: "UNCLEAR",
  },
  "a root that is broken": {
    answer: () => "<h1>Not found</h1><p>There is no such picture.",
    root: "<h1>Internal error</h1>",
    status: [200, 200, 502],
    end: "UNCLEAR",
  },
};
