import type { Sign } from "./sign.ts";

/**
 * Challenges that npm's is-antibot does not know, knows too loosely, or binds to one host. Names and marks are facts of
 * these products, noted from the public sources that are named; a page's wording is matched in several languages.
 */
export const CHALLENGES: readonly Sign[] = [
  // What nothing but a challenge says.
  { name: "Cloudflare", source: "developers.cloudflare.com", header: ["cf-mitigated", /^challenge/], alone: true },
  { name: "Vercel", source: "vercel.com/docs", header: ["x-vercel-mitigated", /^challenge/], alone: true },
  {
    name: "AWS WAF",
    source: "docs.aws.amazon.com/waf",
    header: ["x-amzn-waf-action", /^(?:challenge|captcha)/],
    alone: true,
  },
  { name: "SiteGround", source: "responses in public code", header: ["sg-captcha", /^challenge/], alone: true },
  {
    name: "Anubis",
    source: "TecharoHQ/anubis",
    tags: /\bid=anubis_challenge\b|\/\.within\.website\/x\/cmd\/anubis\//,
    alone: true,
  },
  {
    name: "go-away",
    source: "alanorth/go-away",
    tags: /\/\.well-known\/\.git\.gammaspectra\.live\/git\/go-away\/|__goaway_challenge/,
    alone: true,
  },
  {
    name: "haproxy-protection",
    source: "fatchan/haproxy-protection",
    tags: /\/\.basedflare\/js\//,
    alone: true,
  },

  // Where redirects end.
  {
    name: "an address of challenges",
    source: "the documents of each product",
    url: /^(?:geo\.captcha-delivery\.com|(?:validate|captcha)\.perfdrive\.com|challenges\.cloudflare\.com|ddgu\.ddos-guard\.net)\/|\/(?:\.well-known\/sgcaptcha|cdn-cgi\/challenge-platform|\.within\.website\/x\/cmd\/anubis|_guard|__qrator|\.lsrecap|_____tmd_____|sorry\/index|showcaptcha|captcha|waf\/verify\/captcha)(?:[/?.;]|$)|[?&](?:bm-verify|__goaway_challenge)=/i,
  },

  // Marks in tags.
  { name: "haproxy-protection", source: "fatchan/haproxy-protection", tags: /\bdata-pow=/ },
  { name: "SiteGround", source: "responses in public code", tags: /\/\.well-known\/sgcaptcha\// },
  {
    name: "DDoS-Guard",
    source: "pages in public code",
    tags: /check\.ddos-guard\.net|\/\.well-known\/ddos-guard\/|ddg-captcha/,
  },
  { name: "BunkerWeb", source: "bunkerity/bunkerweb", title: /^bot detection$/, tags: /^script\b/m },
  { name: "Imperva", source: "docs.imperva.com", tags: /^iframe .*\/_incapsula_resource\?/m },
  {
    name: "Akamai",
    source: "pages in public code",
    tags: /[?&]bm-verify=|\/_sec\/(?:cp_challenge|verify)|\bid=sec-(?:if-)?cpt/,
  },
  { name: "HUMAN", source: "docs.humansecurity.com", tags: /\bid=px-(?:captcha|block)|captcha\.px-c(?:dn|loud)\.net/ },
  { name: "DataDome", source: "docs.datadome.co", tags: /\bcaptcha-delivery\.com/ },
  { name: "Kasada", source: "pages in public code", tags: /\/2d206a39-8ed7-437e-a3be-862e0f06eea3\//, words: 30 },
  { name: "F5", source: "techdocs.f5.com", tags: /\/tspd\/\?type=/ },
  { name: "Radware", source: "support.radware.com", tags: /\b(?:validate|captcha)\.perfdrive\.com/ },
  { name: "Alibaba", source: "is-antibot", tags: /_____tmd_____\/punish/ },
  { name: "CDNFly", source: "pages in public code", tags: /\/_guard\/(?:auto|html|slide|click|rotate)[\w.]*js/ },
  { name: "SafeLine", source: "chaitin/SafeLine", tags: /\/\.safeline\/challenge\/|\.chaitin\.\w+\/challenge\// },
  { name: "GoEdge", source: "TeaOSLab/EdgeNode", tags: /\/waf\/verify\/captcha/ },
  { name: "QRATOR", source: "pages in public code", tags: /\/__qrator\//, words: 30 },
  { name: "Servicepipe", source: "pages in public code", tags: /\bservicepipe\.(?:ru|tech)/, words: 60 },
  { name: "Deflect", source: "deflect-ca/banjax", cookie: /^deflect_(?:challenge|password)\d/, tags: /^script\b/m },
  { name: "Deflect", source: "deflect-ca/banjax", tags: /\/__banjax\// },
  { name: "Imunify360", source: "docs.imunify360.com", tags: /\bid=wsidchk/ },
  { name: "LiteSpeed", source: "docs.litespeedtech.com", tags: /\/\.lsrecap\/recaptcha/ },
  { name: "Hostinger", source: "is-antibot", tags: /\/hcdn-cgi\/jschallenge/ },
  { name: "Fastly", source: "is-antibot", tags: /\/_fs-ch-/ },
  { name: "Yandex", source: "yandex.cloud/docs/smartcaptcha", tags: /\/(?:showcaptcha|checkcaptcha)\b/ },
  { name: "CrowdSec", source: "crowdsecurity/lua-cs-bouncer", title: /^crowdsec captcha$/ },

  { name: "Cloudflare", source: "pages in public code, until 2022", tags: /\/cdn-cgi\/l\/chk_/ },

  // Marks in scripts.
  { name: "Cloudflare", source: "is-antibot", scripts: [/\b_cf_chl_opt\b/] },
  { name: "Sucuri", source: "pages in public code", scripts: [/sucuri_cloudproxy_js|^\s*S\s*=\s*'[\w+/=]{40,}'/] },
  { name: "Imperva", source: "docs.imperva.com", tags: /\/_incapsula_resource\?/, words: 8 },
  { name: "Kasada", source: "pages in public code", scripts: [/\bwindow\.KPSDK\b/], words: 30 },
  { name: "F5", source: "techdocs.f5.com", scripts: [/\bTSPD_101\b|window\["bobcmd"\]/], words: 60 },
  {
    name: "Alibaba",
    source: "pages in public code",
    scripts: [/\bacw_sc__v\d|\barg1\s*=\s*'[0-9A-F]{40}'/],
    words: 30,
  },
  { name: "Zhichuangyu", source: "pages in public code", scripts: [/__jsl_clearance/], words: 30 },
  { name: "Imunify360", source: "docs.imunify360.com", scripts: [/\bwsidchk\b/] },
  { name: "iFastNet", source: "pages in public code", scripts: [/\bslowAES\b/, /__test=/], words: 60 },
  {
    name: "testcookie",
    source: "kyprizel/testcookie-nginx-module",
    scripts: [/\btoNumbers\(/, /document\.cookie/],
    words: 60,
  },
  {
    name: "cookie test",
    source: "field.md A1",
    scripts: [/\bdocument\.cookie\s*=/, /\blocation\b\s*(?:=|\.\s*(?:reload|replace|assign|href)\b)/],
    words: 20,
  },
  { name: "cookie test", source: "field.md A1", cookie: /./, tags: /^meta (?:.* )?http-equiv=refresh/m, words: 3 },

  // Cookies that are set with it.
  {
    name: "Anubis",
    source: "TecharoHQ/anubis",
    cookie: /^(?:techaro\.lol-)?anubis-|-anubis-(?:auth|cookie-verification)/,
    tags: /^script\b/m,
  },
  { name: "Azure", source: "learn.microsoft.com", cookie: /^afd_azwaf_/, tags: /^script\b/m },

  // Captchas as all that a page asks for.
  {
    name: "captcha",
    source: "the documents of each widget",
    tags: /\b(?:class|id)=(?:[\w-]+ )*(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha|mcaptcha(?:__widget-container)?|smart-captcha|procaptcha|captcha-eu|mtcaptcha|geetest[\w-]*|gt-captcha|nc_wrapper|yidun[\w-]*|tcaptcha[\w-]*)\b|^(?:altcha-widget|cap-widget|mcaptcha-widget)\b/m,
    asksNothing: true,
  },
  {
    name: "captcha",
    source: "the documents of each widget",
    tags: /^(?:script|iframe) (?:.* )?src=\S*(?:\/recaptcha\/(?:api|enterprise)|hcaptcha\.com|\/turnstile\/v0|geetest\.com|friendlycaptcha|friendly-challenge|mcaptcha|altcha|arkoselabs\.com|funcaptcha|prosopo|smartcaptcha|captcha\.qq\.com|aliyuncaptcha)/m,
    asksNothing: true,
    words: 40,
  },
  {
    name: "captcha in a picture",
    source: "pages of many programs",
    tags: /^img (?:.* )?src=\S*captcha/m,
    asksNothing: true,
  },

  // What they say.
  {
    name: "words",
    source: "pages of many products",
    text: new RegExp(
      [
        "checking (?:if )?(?:your browser|the site connection|your connection|you are not a bot)",
        "(?:verify|verifying|confirm|prove|checking|make sure|making sure|ensure|check)(?: that)?(?: if)? (?:you are|you're) (?:a )?(?:human|real|not a (?:ro)?bot)",
        "\\bi(?: a|')m (?:not a robot|human)\\b|\\bare you (?:a )?(?:human|robot)\\b|robot or human",
        "enable (?:javascript|js|cookies)[^.]{0,40} (?:and|to) (?:cookies to )?(?:continue|proceed|reload|pass)",
        "enable (?:javascript|js) and cookies|turn javascript on and reload",
        "needs to review the security of your connection|ddos protection by|browser (?:security )?check",
        "(?:complete|solve|pass) (?:the|this|a) (?:captcha|security check|challenge|puzzle)",
        "(?:enter|type) the (?:characters|code|text|letters|numbers) (?:you see|shown|below|above|in the (?:image|picture))",
        "unusual (?:traffic|activity) from your|automated (?:requests|access|queries) from|using automation tools",
        "press (?:&|and) hold|pardon our interruption|incapsula incident id|your support id is",
        "(?:verifying|validating|verify) your (?:browser|connection)|request is being verified|human verification",
        "vercel security checkpoint|please wait while we (?:verify|check) ",
        "(?:überprüf|prüf)\\w{1,5} (?:ihren|deinen) browser|(?:kein|ein) roboter|dass (?:sie|du) (?:ein )?mensch",
        "pas un robot|que vous êtes (?:bien )?(?:un )?humain|vérification de (?:votre navigateur|sécurité)",
        "(?:eres|soy|es|eres) un robot|que eres humano|verificando (?:tu|su) navegador|comprobando (?:tu|su) navegador",
        "(?:é|sou) um robô|verificando (?:o )?seu navegador|que (?:você )?é humano|sei un robot|di essere umano",
        "не робот|проверка (?:вашего )?(?:браузера|безопасности)|проверяем ваш браузер|вы человек",
        "robotem|sprawdzanie przeglądarki|robot olmadığınızı|tarayıcınız kontrol|geen robot|nejste robot|nem robot",
        "ロボットではありません|人間であることを確認|ブラウザを確認|セキュリティ(?:チェック|検証)",
        "安全验证|安全驗證|人机验证|人機驗證|人机身份验证|请完成验证|正在检查您的浏览器|不是机器人|滑动验证|访问验证",
        "로봇이 아닙니다|사람인지 확인|브라우저를 확인|bukan robot|không phải là robot|لست روبوت|ربات نیستید",
      ].join("|"),
    ),
  },
  {
    name: "title",
    source: "pages of many products",
    title:
      /^(?:just a moment|attention required|one more step|one moment,? please|security check(?:point)?|ddos-guard|are you a robot|you are being redirected|please wait|client challenge|robot check|access verification|einen moment|un instant|un momento|один момент|少々お待ちください|请稍候|請稍候)(?!\p{L})/u,
    tags: /^script\b/m,
  },
];
