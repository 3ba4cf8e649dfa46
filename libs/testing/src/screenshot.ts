import { systemBrowser } from "@ntd/sandbox";
import { chromium, type Browser } from "playwright-core";

/** Why nothing can be shown in a browser here; undefined where it can. `NTD_REQUIRE_BROWSER=1` makes that a failure. */
export function browserMissing(): string | undefined {
  if (systemBrowser() !== undefined) return undefined;
  const why = "no Chromium is installed (apt-get install chromium)";
  if (process.env["NTD_REQUIRE_BROWSER"] === "1") throw new Error(why);
  return why;
}

export interface Showing {
  /** Of the file, for example "image/gif". */
  type: string;
  /** What stands behind the picture; default white. */
  background?: string;
  /** An animation is shown from its start for so long before it is looked at; default 0, its first frame. */
  afterMs?: number;
}

/** A browser that shows pictures of tests, without a sandbox: never what strangers sent. */
export interface PictureBrowser extends AsyncDisposable {
  /**
   * The pixels of a picture file as the browser shows them, one to one, as a PNG file.
   *
   * @throws Error when the browser does not show it as a picture.
   */
  screenshotOf(bytes: Uint8Array, showing: Showing): Promise<Uint8Array>;
}

export async function startPictureBrowser(): Promise<PictureBrowser> {
  const executablePath = systemBrowser()?.program ?? "";
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: ["--disable-gpu"] });
  return {
    screenshotOf: (bytes, showing) => shown(browser, bytes, showing),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function shown(browser: Browser, bytes: Uint8Array, showing: Showing): Promise<Uint8Array> {
  const { type, background = "white", afterMs = 0 } = showing;
  const context = await browser.newContext({ deviceScaleFactor: 1, viewport: { width: 64, height: 64 } });
  try {
    const page = await context.newPage();
    await page.setContent(`<body style="margin:0;background:${background}"><img style="display:block">`);
    const source = `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
    const size = (await page.evaluate(`(${LOADED})(${JSON.stringify(source)})`)) as number[];
    const [width = 0, height = 0] = size;
    if (width === 0) throw new Error(`the browser shows no picture of this ${type}`);
    await page.setViewportSize({ width, height });
    // What the file itself does with time; there is nothing to wait for but that.
    if (afterMs > 0) await page.waitForTimeout(afterMs);
    return await page.screenshot({ animations: "allow" });
  } finally {
    await context.close();
  }
}

/** In the page: its width and height once it is decoded as far as it goes. A text, since types of the page are not ours. */
const LOADED = `async (source) => {
  const image = document.querySelector("img");
  image.src = source;
  await new Promise((done) => { image.onload = image.onerror = done; });
  await image.decode().catch(() => undefined);
  return [image.naturalWidth, image.naturalHeight];
}`;
