/**
 * Where pictures are made smaller, or copied, for the pages that show them: host and path, on any host unless one is
 * named. `asked` is what such a one is asked for, where no scheme tells it.
 */
export const IMAGE_PROXIES: readonly RegExp[] = [
  // Frameworks, on the site itself.
  /^[^/]+\/(?:[\w-]+\/)?_next\/image\/?$/,
  /^[^/]+\/_vercel\/image$/,
  /^[^/]+\/\.netlify\/images$/,
  /^[^/]+\/_ipx\//,
  /^[^/]+\/_image$/,
  /^[^/]+\/_gatsby\/(?:image|file)\//,
  // Networks of distribution, under the site's name or their own.
  /^[^/]+\/cdn-cgi\/image\//,
  /^[^/]+\/(?:[\w-]+\/)?image\/(?:fetch|private_fetch)\//,
  /^[^/]+\.(?:imgix\.net|cloudimg\.io|gumlet\.io|twic\.pics|imagekit\.io|sirv\.com|statically\.io)\//,
  /^(?:ik\.imagekit\.io|cdn\.statically\.io|images\.ctfassets\.net|wsrv\.nl|images\.weserv\.nl)\//,
  /^i[0-3]\.wp\.com\/(?<asked>.+)$/,
  // Of forums and networks, which show pictures of elsewhere by their own hosts.
  /^camo\.githubusercontent\.com\//,
  /^images-ext-[12]\.discordapp\.net\/external\//,
  /^external-preview\.redd\.it\//,
  /^i(?:-cdn)?\.embed\.ly\/1\/(?:display|image)\b/,
  /^external[\w.-]*\.fbcdn\.net\/(?:emg1\/v\/|safe_image\.php$)/,
  /^[^/]+\/(?:[\w-]+\/)?proxy\.php$/,
  /^[^/]+\/proxy\/(?:image|avatar|preview|static|emoji)\.(?:webp|png|jpe?g)$/,
  /^[^/]+\/api\/v\d\/image_proxy$/,
  /^[^/]+\/(?:[\w.-]+\/){0,3}(?:camo|imageproxy|image[-_]proxy|imgproxy|img[-_]proxy|media[-_]proxy|thumbor)(?:\/|$)/,
  // Programs that anybody puts up.
  /^[^/]+\/(?:[\w.-]+\/){0,4}(?:timthumb|phpthumb|thumb|thumbnail|resize|imageresizer|safe_image)\.(?:php|ashx|aspx)$/i,
  /^[^/]+\/(?:[\w.=-]+\/){0,2}unsafe\//,
  /^[^/]+\/(?:[\w.:=-]+\/){1,8}plain\/https?:/i,
];
