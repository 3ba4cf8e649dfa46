/** What hosts answer in place of a picture at 200, for whatever is asked of them but their front page. */
export interface AnsweredPage {
  withheld: boolean;
  body: string;
  type?: string;
}

const page = (title: string, body: string): string =>
  `<!doctype html><html><head><title>${title}</title></head><body><nav><a href=/>PixShare</a> <a href=/login>Login</a></nav><main>${body}</main></body></html>`;
const withheld = (title: string, body: string): AnsweredPage => ({ withheld: true, body: page(title, body) });
const gone = (title: string, body: string): AnsweredPage => ({ withheld: false, body: page(title, body) });

/** Written by hand after pages as they are; what each is was fixed before the test ran. */
export const ANSWERED: Readonly<Record<string, AnsweredPage>> = {
  "a firewall that blocked us": withheld(
    "Attention Required! | Cloudflare",
    "<h1>Sorry, you have been blocked</h1><p>You are unable to access pixshare.example. This website is using a security service to protect itself from online attacks.",
  ),
  "a firewall of another make": withheld(
    "Access Denied",
    "<h1>Access Denied</h1><p>Your request has been blocked by our security policy. Reference #18.2f3a",
  ),
  "a ban": withheld("Banned", "<h1>Your IP address has been banned</h1><p>Reason: scraping."),
  "too many requests": withheld("Slow down", "<h1>Too many requests</h1><p>Please wait a few minutes and try again."),
  "too many requests, as JSON": {
    withheld: true,
    body: '{"error":"rate_limited","message":"Too many requests"}',
    type: "application/json",
  },
  "the bandwidth is used up": withheld(
    "Bandwidth Limit Exceeded",
    "<h1>Bandwidth Limit Exceeded</h1><p>The site owner has reached the limit of the plan.",
  ),
  maintenance: withheld("PixShare", "<h1>We’ll be back soon</h1><p>Our image servers are being moved."),
  "maintenance in German": withheld("Wartung", "<h1>Wartungsarbeiten</h1><p>Wir sind gleich wieder da."),
  "maintenance in Malay": withheld("PixShare", "<h1>Sistem sedang diselenggara</h1><p>Sila cuba lagi."),
  "a consent wall": withheld(
    "Before you continue",
    "<p>We and our 812 partners store information on a device.<form><button>Accept all</button></form>",
  ),
  "a page that wants scripts": withheld(
    "PixShare",
    "<p>This site requires JavaScript. Please enable JavaScript in your browser.",
  ),
  "a page that loads": withheld("PixShare", "<p>Loading your picture<script src=/app.js></script>"),
  "an onion gateway that fails": withheld(
    "Tor2web Error",
    "<h1>Tor2web: proxy error</h1><p>The connection to the hidden service failed.",
  ),
  "a database that is away": withheld("Database Error", "<h1>Error establishing a database connection</h1>"),
  "no hot-linking": withheld(
    "PixShare",
    "<h1>Hotlinking is not allowed</h1><p>Visit the page of the image on our site.",
  ),
  "a queue": withheld("Line", "<h1>You are now in line</h1><p>When it is your turn you will be let in."),
  "an edge that does not reach its origin": withheld(
    "Error",
    "<h1>Origin DNS error</h1><p>The network is currently unable to resolve your requested domain.",
  ),
  "a warning to click away": withheld("Warning", "<h1>Content warning</h1><p>Do you wish to proceed?"),
  "a block by an authority": withheld("Blocked", "<h1>Blocked</h1><p>This page was blocked by order of the authority."),
  "a block in Malay": withheld("Akses", "<h1>Akses kepada laman web ini telah disekat</h1>"),
  "a block in Russian": withheld("Доступ", "<h1>Доступ к ресурсу ограничен</h1><p>по решению суда"),
  "a line of text of an authority": {
    withheld: true,
    body: "Access to this site has been blocked by order of the authority.\n",
    type: "text/plain",
  },

  "a page of a host of pictures": gone("PixShare", "<h1>That page doesn't exist</h1><p>The page was not found."),
  "a host of files": gone(
    "Download",
    "<h2>File Not Found</h2><ul><li>The file expired<li>The file was deleted by its owner</ul><p>Please try again later if you think that this is wrong.",
  ),
  "IIS in its long form": gone(
    "404.0",
    "<h2>Not Found</h2><p>The resource has been removed, had its name changed, or is temporarily unavailable.",
  ),
  "a removal for copyright": gone(
    "Removed",
    "<p>This image was removed due to a claim. Access to it was blocked by us.",
  ),
  "a removal in Malay": gone("PixShare", "<h1>Fail tidak ditemukan</h1><p>Ia telah dihapus."),
  "no words of either kind": gone("PixShare", "<p>There is no picture of this name with us, we are sorry."),
  "JSON that says so": {
    withheld: false,
    body: '{"error":"not_found","message":"Image not found"}',
    type: "application/json",
  },
};
