import { at, PASSWORD_FORM, STORY, type WallPage } from "./wall-pages.ts";

const none = (html: string, more?: Omit<WallPage, "is" | "html">) => at("none", html, more);

/** Pages that have something of a wall in them and are none. */
export const NO_WALLS: Readonly<Record<string, WallPage>> = {
  "removed, with a small form in the header": none(
    `<header>${PASSWORD_FORM}</header><h1>Image removed</h1><p>This image was removed by its owner.</p><footer>Terms</footer>`,
  ),
  "removed, with a form in a table of old": none(
    `<table><tr><td class=header>${PASSWORD_FORM}</td></tr><tr><td>The file has been deleted.</td></tr></table>`,
  ),
  "removed, with a form in no such part": none(
    `<div>${PASSWORD_FORM}</div><p>Sorry, the requested file could not be found.</p>`,
  ),
  "removed, with a form behind a button": none(
    `<p>${STORY}</p><dialog>${PASSWORD_FORM}</dialog><div style="display:none">${PASSWORD_FORM}</div>`,
  ),
  "removed, with a letter to sign up for": none(
    '<h1>This page does not exist</h1><form><input type=email name=mail><div class="g-recaptcha"></div></form>',
  ),
  "removed, with an invisible captcha": none(
    '<h1>Gelöscht</h1><p>Diese Datei wurde gelöscht.</p><script src="https://www.google.com/recaptcha/api.js?render=x"></script><script>grecaptcha.execute()</script>',
  ),
  "removed, behind Cloudflare": none(
    "<h1>File not found</h1><script>window.__CF$cv$params={r:'x'};a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>",
    { headers: { server: "cloudflare", "set-cookie": "__cf_bm=x" } },
  ),
  "removed, behind Imperva": none(
    '<p>The picture was deleted.</p><script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e,719d34d31c8e3a6e"></script>',
    { headers: { "set-cookie": ["visid_incap_1=x", "incap_ses_1=y"], "x-iinfo": "1" } },
  ),
  "removed, behind DDoS-Guard": none("<p>Такой страницы больше не существует: она удалена</p>", {
    headers: { server: "ddos-guard", "set-cookie": "__ddg1_=x" },
  }),
  "removed, behind DataDome": none("<p>Image introuvable</p><script src=https://js.datadome.co/tags.js></script>", {
    headers: { "x-datadome": "protected", "set-cookie": "datadome=x" },
  }),
  "removed, with a consent to cookies": none(
    "<p>This album was deleted.</p><script>document.cookie='consent=1';if(0)location.reload()</script>",
  ),
  "removed, of grown-up models": none(
    "<h1>File deleted</h1><a href=/>Enter</a><a href=/x>Continue</a><footer>All models were 18 years or older. Adults only.</footer>",
  ),
  "a forum with a captcha for comments": none(
    `<title>A forum</title><p>${STORY.repeat(7)}</p><form><textarea name=comment></textarea><div class="g-recaptcha"></div></form>`,
  ),
  "a short page with a captcha for comments": none(
    '<p>A picture of a tree.</p><form><input name=author><textarea name=comment></textarea><div class="h-captcha"></div></form>',
  ),
  "a diary about captchas": none(
    `<h1>Why I hate captchas</h1><p>Checking your browser, are you a robot, verify you are human: ${STORY.repeat(8)}</p><a href=https://hcaptcha.com>hCaptcha</a>`,
  ),
  "an article about fences": none(`<h1>Not available in your country</h1><p>Why it says so: ${STORY.repeat(12)}</p>`),
  "an article about age": none(
    `<h1>Age verification comes</h1><p>You must be 18 or older, the law says. ${STORY.repeat(8)}</p><a href=/x>Continue reading</a>`,
  ),
  "the number 18": none("<p>Page 18 of 21. 18 comments, 18 pictures of trees.</p><a href=/19>19</a>"),
  "a page of links with a box to sign in": none(
    `<nav><a href=/login>Log in</a></nav><h1>Trees</h1><p>${STORY.repeat(5)}</p><div>${PASSWORD_FORM}</div>`,
  ),
  "log in to comment": none("<h1>A tree</h1><p>A fine tree in a garden.</p><p>Please log in to comment.</p>"),
  nginx: none(
    "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>",
    { status: 404 },
  ),
  Apache: none("<title>404 Not Found</title><h1>Not Found</h1><p>The requested URL was not found on this server.</p>", {
    status: 404,
  }),
  "absent, with a form to sign in": none(`<h1>Oops</h1>${PASSWORD_FORM}`, { status: 404 }),
  "withheld, and it says where": none("<p>This content is not available in your country.</p>", { status: 451 }),
  "an error of CloudFront": none("<h1>The request could not be satisfied</h1>", {
    status: 502,
    headers: { "x-cache": "Error from cloudfront" },
  }),
  "a parked domain": none(
    "<h1>host.example</h1><p>This domain is for sale. Related searches: hotels, flights, loans.</p>",
  ),
  "the shell of an application": none(
    "<title>Pictures</title><div id=root></div><script src=/app.js></script><noscript>You need to enable JavaScript to run this app.</noscript>",
  ),
  "a plain text": none("File not found"),
  JSON: none('{"error":"this image was removed","login":"/login"}'),
  "a drawing": none('<svg xmlns="http://www.w3.org/2000/svg"><text>Are you a robot? Sign in</text></svg>'),
  nothing: none(""),
};
