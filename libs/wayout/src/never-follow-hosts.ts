/**
 * Services that look pictures up, keep copies of them, translate, scan or show them again for others: to follow a
 * redirect there would hand them the address, or have it told further. A domain stands for all below it.
 */
export const NEVER_FOLLOWED_DOMAINS: ReadonlySet<string> = new Set(
  [
    // Reverse image search, faces included.
    "lens.google.com tineye.com graph.baidu.com image.baidu.com pic.sogou.com image.so.com image.search.naver.com",
    "karmadecay.com iqdb.org saucenao.com ascii2d.net trace.moe copyseeker.net lenso.ai berify.com socialcatfish.com",
    "pimeyes.com facecheck.id search4faces.com images.search.yahoo.com",
    // Archives and copies.
    "web.archive.org wayback.archive-it.org archive.today archive.ph archive.is archive.li archive.vn archive.fo",
    "archive.md archive.st ghostarchive.org perma.cc webcitation.org webarchive.org.uk webarchive.nla.gov.au arquivo.pt",
    "timetravel.mementoweb.org megalodon.jp conifer.rhizome.org cachedview.nl freezepage.com",
    "webcache.googleusercontent.com cc.bingj.com",
    // Translation.
    "translate.goog translated.turbopages.org translatetheweb.com microsofttranslator.com papago.naver.com",
    "papago.naver.net fanyi.baidu.com translate.sogou.com translate.yandex.com translate.yandex.ru deepl.com",
    // Other people's readers and proxies.
    "r.jina.ai s.jina.ai 12ft.io 1ft.io removepaywall.com outline.com smry.ai via.hypothes.is txtify.it textise.net",
    "croxyproxy.com proxysite.com kproxy.com hidester.com hide.me 4everproxy.com",
    // Previews, copies for previews, and pictures of pages.
    "embed.ly embedly.com iframe.ly iframely.com microlink.io linkpreview.net opengraph.io opengraph.xyz",
    "i0.wp.com i1.wp.com i2.wp.com i3.wp.com s0.wp.com images.weserv.nl wsrv.nl camo.githubusercontent.com",
    "external-content.duckduckgo.com proxy.duckduckgo.com images-ext-1.discordapp.net images-ext-2.discordapp.net",
    "screenshotmachine.com screenshotlayer.com apiflash.com urlbox.io urlbox.com thum.io pagepeeker.com",
    "shrinktheweb.com web-capture.net site-shot.com page2images.com browserling.com",
    // Scanners and tests of addresses, which publish what they are asked.
    "urlscan.io virustotal.com hybrid-analysis.com any.run joesandbox.com sitecheck.sucuri.net safeweb.norton.com",
    "transparencyreport.google.com quttera.com urlvoid.com checkphish.bolster.ai phishtank.org talosintelligence.com",
    "webpagetest.org pagespeed.web.dev validator.w3.org downforeveryoneorjustme.com isitdownrightnow.com",
    "unshorten.it checkshorturl.com wheregoes.com redirect-checker.org httpstatus.io",
  ].flatMap((line) => line.split(" ")),
);

/** The same of services that share a host with others, by host and path. */
export const NEVER_FOLLOWED_PATHS: readonly RegExp[] = [
  /^(?:images|lens|translate)\.google\.[a-z.]{2,6}\//,
  /^(?:www\.)?google\.[a-z.]{2,6}\/(?:imgres|searchbyimage|imghp|search|translate)\b/,
  /^(?:www\.)?(?:yandex\.[a-z.]{2,6}|ya\.ru)\/images\b/,
  /^(?:www\.)?bing\.com\/(?:images|visualsearch|translator)\b/,
  /^search\.brave\.com\/(?:images|search)\b/,
  /^duckduckgo\.com\/(?:iu|\?q=)/,
  /^(?:www\.)?facebook\.com\/(?:sharer|share\.php)/,
];
