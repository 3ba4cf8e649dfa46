import { describe, expect, test } from "vitest";
import { browserMissing, startPictureBrowser } from "../src/screenshot.ts";

const missing = browserMissing();
/** One pixel of red, opaque or see-through. */
function gif(transparent: boolean): Uint8Array {
  const bytes = Buffer.from("R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64");
  bytes[bytes.indexOf(Buffer.of(0x21, 0xf9, 4)) + 3] = transparent ? 1 : 0;
  return bytes;
}

describe.skipIf(missing !== undefined)(`as a browser shows it${missing === undefined ? "" : `: ${missing}`}`, () => {
  test("a picture is shown pixel by pixel, on the background that is asked for; what is none is refused", async () => {
    await using browser = await startPictureBrowser();
    const red = await browser.screenshotOf(gif(false), { type: "image/gif" });
    expect([...red.subarray(1, 4)].map((code) => String.fromCharCode(code)).join("")).toBe("PNG");
    expect(Buffer.from(red).readUInt32BE(16)).toBe(1);
    expect(await browser.screenshotOf(gif(false), { type: "image/gif", background: "black" })).toEqual(red);
    const clear = await browser.screenshotOf(gif(true), { type: "image/gif", background: "black" });
    expect(clear).not.toEqual(red);
    await expect(browser.screenshotOf(Buffer.from("none"), { type: "image/png" })).rejects.toThrow("no picture");
  }, 60_000);
});
