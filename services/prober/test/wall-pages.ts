import type { Wall } from "../src/answer/wall.ts";

export interface WallPage {
  is: Wall | "none";
  html: string;
  url?: string;
  status?: number;
  headers?: Readonly<Record<string, string | readonly string[]>>;
}

export const at = (is: Wall | "none", html: string, more: Omit<WallPage, "is" | "html"> = {}): WallPage => ({
  is,
  html,
  ...more,
});
const challenge = (html: string, more?: Omit<WallPage, "is" | "html">) => at("CHALLENGE", html, more);
const login = (html: string, more?: Omit<WallPage, "is" | "html">) => at("LOGIN_WALL", html, more);
const age = (html: string, more?: Omit<WallPage, "is" | "html">) => at("AGE_GATE", html, more);
const geo = (html: string, more?: Omit<WallPage, "is" | "html">) => at("GEO_FENCE", html, more);

export const STORY =
  "Everybody may keep what they took on their travels here and show it to friends and family, in albums that load fast " +
  "on every device and cost nothing for as long as they like to stay. ";
export const PASSWORD_FORM =
  "<form method=post><input name=user><input type=password name=pw><button>Sign in</button></form>";

/** Written by hand after what products and sites answer. */
export const WALLS: Readonly<Record<string, WallPage>> = {
  "Cloudflare, by its header": challenge("<h1>anything</h1>", {
    status: 403,
    headers: { "cf-mitigated": "challenge" },
  }),
  "Cloudflare, by its header, though absent": challenge("", { status: 404, headers: { "cf-mitigated": "challenge" } }),
  "Cloudflare, by its page at 200": challenge(
    "<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={cvId:'3'}</script>",
  ),
  "Vercel, by its header": challenge("", { status: 429, headers: { "x-vercel-mitigated": "challenge" } }),
  "Vercel, by its page": challenge("<title>Vercel Security Checkpoint</title><p>We’re verifying your browser</p>"),
  "AWS WAF, challenge without a body": challenge("", { status: 202, headers: { "x-amzn-waf-action": "challenge" } }),
  "AWS WAF, captcha": challenge("<p>x</p>", { status: 405, headers: { "x-amzn-waf-action": "captcha" } }),
  "AWS WAF, by its script": challenge("<script>window.gokuProps = {}</script><div id=challenge-container></div>", {
    status: 202,
  }),
  "SiteGround, by its header": challenge("<p></p>", { status: 202, headers: { "sg-captcha": "challenge" } }),
  "SiteGround, by its page": challenge('<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">'),
  "the end of a redirect to a challenge": challenge("<p>Working</p>", {
    url: "https://h.example/.well-known/sgcaptcha/?r=%2F",
  }),
  "the end of a redirect to another host's": challenge("<p>Sorry</p>", {
    url: "https://validate.perfdrive.com/?ssa=1",
  }),
  "Anubis at 200": challenge(
    `<title>Making sure you&#39;re not a bot!</title><script id="anubis_challenge" type="application/json">{}</script><p>${STORY.repeat(8)}</p>`,
  ),
  "Anubis by its cookie": challenge("<p>Loading...</p><script type=module src=main.mjs></script>", {
    headers: { "set-cookie": ["a=b", "techaro.lol-anubis-cookie-verification=x; Path=/"] },
  }),
  "go-away": challenge(
    '<title>Checking you are not a bot</title><link rel=stylesheet href="/.well-known/.git.gammaspectra.live/git/go-away/cmd/go-away/assets/x.css">',
  ),
  "haproxy-protection": challenge(
    '<body data-pow="a#b" data-diff=24><script src="/.basedflare/js/challenge.min.js"></script>',
    { status: 403 },
  ),
  BunkerWeb: challenge("<title>Bot Detection</title><script>solve()</script><p>Please wait</p>"),
  "DDoS-Guard": challenge(
    '<title>DDoS-Guard</title><h1>Checking your browser before accessing host.example</h1><script src="/.well-known/ddos-guard/js-challenge/index.js"></script>',
    {
      status: 403,
      headers: { server: "ddos-guard" },
    },
  ),
  Sucuri: challenge(
    "<title>You are being redirected...</title><script>var s={},S='aGVsbG8=';sucuri_cloudproxy_js=''</script>",
  ),
  Imperva: challenge(
    '<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">Request unsuccessful. Incapsula incident ID: 1</iframe>',
  ),
  "Imperva, a script alone": challenge(
    '<html><head><script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e,719d34d31c8e3a6e"></script></head><body></body></html>',
  ),
  Akamai: challenge(
    `<meta http-equiv="refresh" content="5; URL='/?bm-verify=AAQ'"><title>&nbsp;</title><script>var i=1</script>`,
  ),
  HUMAN: challenge(
    '<title>Access to this page has been denied</title><div id="px-captcha"></div><p>Press &amp; Hold to confirm you are a human</p>',
    { status: 403 },
  ),
  DataDome: challenge(
    "<p>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>",
    { status: 403 },
  ),
  Kasada: challenge(
    '<script>window.KPSDK={};</script><script src="/149e9513-01fa-4fb0-aad4-566afd725d1b/2d206a39-8ed7-437e-a3be-862e0f06eea3/ips.js"></script>',
    { status: 429 },
  ),
  F5: challenge(
    "<noscript>Please enable JavaScript to view the page content.<br/>Your support ID is: 123</noscript><script>(function(){window[\"bobcmd\"]=''})()</script>",
  ),
  Alibaba: challenge(
    "<script>var arg1='0123456789ABCDEF0123456789ABCDEF01234567';document.cookie='acw_sc__v2='+x;document.location.reload()</script>",
  ),
  CDNFly: challenge('<script src="/_guard/auto.js"></script>'),
  SafeLine: challenge('<title id="slg-title"></title><script src="/.safeline/challenge/v2/challenge.js"></script>', {
    status: 468,
  }),
  QRATOR: challenge('<script src="/__qrator/qauth_utm_v2.js"></script>', { status: 401 }),
  Imunify360: challenge(
    "<title>One moment, please...</title><h1>Please wait while your request is being verified...</h1><form id=wsidchk-form></form><script>1</script>",
  ),
  iFastNet: challenge(
    '<script src="/aes.js"></script><script>document.cookie="__test="+toHex(slowAES.decrypt(c,2,a,b));location.href="/?i=1"</script><noscript>This site requires Javascript to work</noscript>',
  ),
  "a cookie test of its own": challenge(
    "<html><script>document.cookie='ok=1; path=/';location.reload();</script></html>",
  ),
  "a cookie test by refresh": challenge("<meta http-equiv=refresh content=0>", { headers: { "set-cookie": "seen=1" } }),
  "hCaptcha alone": challenge(
    '<h1>One last thing</h1><form><div class="h-captcha" data-sitekey=x></div><button>Go on</button></form>',
  ),
  "reCAPTCHA alone": challenge('<p>To continue, tick the box.</p><form><div class="box g-recaptcha"></div></form>'),
  "Turnstile alone": challenge("<div class=cf-turnstile></div>"),
  "GeeTest alone": challenge('<div id="geetest-wrap" class="geetest_holder"></div><p>Slide</p>'),
  "FriendlyCaptcha alone": challenge('<form><div class="frc-captcha"></div><input type=submit></form>'),
  "mCaptcha alone": challenge('<form><div id="mcaptcha__widget-container"></div></form>'),
  "Altcha alone": challenge('<form><altcha-widget challengeurl="/c"></altcha-widget></form>'),
  "a captcha in a picture": challenge(
    '<p>Please type the characters</p><img src="/captcha.php?1"><form><input name=captcha_code><button>Send</button></form>',
  ),
  "Google's": challenge("<p>Our systems have detected unusual traffic from your computer network.</p>", {
    status: 429,
  }),
  "German words": challenge("<h1>Bitte bestätigen Sie, dass Sie kein Roboter sind</h1>"),
  "Russian words": challenge("<title>Проверка браузера</title><p>Подождите</p>"),
  "Chinese words": challenge("<h1>请完成验证后继续访问</h1>"),
  "French words": challenge("<h1>Vérifiez que vous n’êtes pas un robot</h1>"),
  "a text": challenge("Checking your browser before accessing the site.", {
    headers: { "content-type": "text/plain" },
  }),

  "a password form": login(
    `<title>Sign in – Pictures</title><h1>Sign in</h1>${PASSWORD_FORM}<a href=/lost>Forgot your password?</a>`,
  ),
  "a password form with a captcha": login(
    `<h1>Log in</h1><form><input name=user><input type=password><div class="g-recaptcha"></div></form>`,
  ),
  "a form without a word": login('<form><input name=a><input type="password" name=b><input type=submit></form>'),
  "the end of a redirect": login(`<h1>Welcome back</h1>${PASSWORD_FORM}<p>${STORY.repeat(4)}</p>`, {
    url: "https://h.example/users/sign_in?next=/a.jpg",
  }),
  "the first of two steps": login(
    "<h1>Welcome</h1><form><input type=email name=identifier><button>Next</button></form>",
    { url: "https://h.example/login" },
  ),
  "401 with a form": login(`<header>${PASSWORD_FORM}</header><p>${STORY.repeat(9)}</p>`, { status: 401 }),
  "a session that is over": login(`<h1>Login</h1><p>Your session has expired.</p>${PASSWORD_FORM}`),
  "an old forum": login(
    `<p>You are not logged in or you do not have permission to access this page. You may not have the rights to it.</p>${PASSWORD_FORM}`,
  ),
  "members only": login("<p>You must be logged in to view this content.</p><a href=/login>Log in</a>"),
  German: login("<h1>Anmelden</h1><form><input name=nutzer><input type=password></form>"),
  Russian: login("<h1>Войдите, чтобы увидеть фотографию</h1>"),
  Japanese: login("<h1>ログイン</h1><form><input><input type=password></form>"),

  "are you 18": age("<h1>Are you over 18?</h1><a href=/?ok>Yes</a> <a href=/no>No</a>"),
  lawyers: age(
    `<h1>Warning</h1><p>You must be at least 18 years old to enter. ${STORY.repeat(10)}</p><a href=/in>Enter</a><a href=/out>Exit</a>`,
  ),
  "a date of birth": age(
    "<p>Enter your date of birth</p><form><select name=birth_day></select><input name=birth_year></form>",
  ),
  "the end of a redirect to over18": age("<h1>You must be 18+ to view this community</h1><button>Yes</button>", {
    url: "https://h.example/over18?dest=/r/x",
  }),
  "a warning before a diary": age(
    "<h1>Content Warning</h1><p>What you are about to view may only be suitable for adults.</p><a>I UNDERSTAND AND I WISH TO CONTINUE</a>",
  ),
  "a quarantine": age(
    "<h3>This community is quarantined</h3><p>Are you certain you want to continue?</p><button>Continue</button>",
    { status: 403 },
  ),
  "erotic or adult imagery": age(
    "<h2>This post may contain erotic or adult imagery.</h2><p>By continuing, you acknowledge that you are 18+ years of age.</p><button>View</button>",
  ),
  "by its marks": age('<div id="age-gate"><p>Ready?</p><button>Enter</button></div>'),
  "by its cookie": age("<p>Ready?</p><button>Enter</button>", { headers: { "set-cookie": "age_verified=0; path=/" } }),
  "German age": age("<h1>Bist du mindestens 18?</h1><button>Ja</button><button>Nein</button>"),
  "French age": age("<p>Ce site est réservé aux majeurs. Avez-vous 18 ans ?</p><a href=/x>Entrer</a>"),
  "Spanish age": age("<p>¿Eres mayor de edad?</p><a href=/x>Sí</a><a href=/y>Salir</a>"),
  "Russian age": age("<p>Вам исполнилось 18 лет?</p><a href=/x>Да</a>"),
  "Japanese age": age("<p>あなたは18歳以上ですか？</p><a href=/x>はい</a><a href=/y>いいえ</a>"),
  "Chinese age": age("<p>您是否已满18岁？</p><a href=/x>进入</a><a href=/y>离开</a>"),

  "not in your country": geo("<p>This content is not available in your country.</p>"),
  "not in your region at 403": geo("<h1>Sorry</h1><p>This service isn’t available in your region</p>", { status: 403 }),
  "for Europe": geo(
    "<p>We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) and therefore access cannot be granted at this time.</p>",
  ),
  "not in one country": geo("<h1>Content not available in the United Kingdom</h1>"),
  "banned by a network": geo(
    "<p>The owner of this website (h.example) has banned the country or region your IP address is in (XX) from accessing this website.</p>",
    { status: 403 },
  ),
  "German fence": geo("<p>Dieser Inhalt ist in Ihrem Land leider nicht verfügbar.</p>"),
  "Russian fence": geo("<p>Этот материал недоступен в вашей стране.</p>"),
  "Turkish fence": geo("<p>Bu içerik ülkenizde kullanılamıyor.</p>"),
  "Chinese fence": geo("<p>您所在的地区无法访问此内容</p>"),
  "a text of a fence": geo("Not available in your location", { status: 403 }),
};
