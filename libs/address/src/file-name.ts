const KNOWN =
  /\.(?:jpe?g|jpe|png|apng|gif|webp|avif|bmp|svg|tiff?|hei[cf]|jxl|ico|mp4|m4v|webm|mov|avi|mkv|wmv|flv|mpe?g|3gp|ogv|mp3|zip|rar|7z|pdf|s?html?|xhtml|php\d?|aspx?|jsp|cgi|txt)$/i;

/** Whether a text ends as names of files on the web end: behind that no name goes on. */
export function endsInKnownName(text: string): boolean {
  return KNOWN.test(text.slice(-8));
}
