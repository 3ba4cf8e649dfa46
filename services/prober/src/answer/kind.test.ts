import { generatePicture } from "@ntd/imagehash/generated";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cpuMs } from "@ntd/testing/cpu-ms";
import { kindOf } from "./kind.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9"/>';

describe("is a page, whatever it says of itself:", () => {
  test.each<[string, string | Uint8Array, string?]>([
    ["a doctype", "<!DOCTYPE html><title>Removed</title>", "image/jpeg"],
    ["a doctype of old", '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">'],
    ["a root without one", "<html><head></head></html>"],
    ["a tag alone", "<p>This file was removed.</p>"],
    ["a script alone", "<script>location.reload()</script>"],
    ["a page that begins with its declarations", '<meta charset="utf-8"><h2>Gone</h2>'],
    ["a comment first", "<!-- saved from somewhere --><html></html>"],
    ["nothing but a comment", "<!-- removed -->"],
    ["white space and a mark of UTF-8 first", "\ufeff\r\n\t<html>"],
    ["XHTML", '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>'],
    ["XHTML without a doctype", '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"></html>'],
    ["a drawing in a page", `<!doctype html><body>${SVG}</body>`, "image/svg+xml"],
    ["a page that begins with a drawing", `<!doctype html>${SVG}<p>Removed`],
    ["a program's warning before the page", "Warning: cannot read\n<!DOCTYPE html><html></html>"],
    ["words before a tag that say they are a page", "This file was <b>removed</b>.", "text/html; charset=utf-8"],
    ["UTF-16 with its mark", Buffer.from("\ufeff<!doctype html><p>removed", "utf16le"), "image/png"],
    ["UTF-16 the other way round", Buffer.from("\ufeff<html>", "utf16le").swap16()],
    ["UTF-16 that only the header tells", Buffer.from("<html><p>removed", "utf16le"), "text/html; charset=UTF-16LE"],
    ["the same the other way round", Buffer.from("<html>", "utf16le").swap16(), "text/html; charset=utf-16be"],
    ["a page that is not in the UTF-16 that it says", "<html>", "text/html; charset=utf-16"],
    ["an old code page", Buffer.from("<html><p>gel\xf6scht", "latin1")],
  ])("%s", (_, content, type) => expect(kind(content, type)).toBe("page"));
});

describe("is text:", () => {
  test.each<[string, string | Uint8Array, string?]>([
    ["a sentence", "File not found"],
    ["a sentence that says it is a page", "File not found", "text/html"],
    ["a sentence that says it is a picture", "File not found\n", "image/jpeg"],
    ["JSON", '{"error":"not found"}', "application/json"],
    ["JSON with markup in it that says it is a page", '{"html":"<html><p>gone</p>"}', "text/html"],
    ["a list in JSON", '\n [{"error":404}]'],
    ["less than something", "1 < 2 and 2 > 1"],
    ["text that begins like a picture", "BMW makes cars"],
    ["a sentence in UTF-16", Buffer.from("\ufeffnot found", "utf16le")],
    ["nothing", ""],
  ])("%s", (_, content, type) => expect(kind(content, type)).toBe("text"));
});

describe("is neither:", () => {
  test.each<[string, string | Uint8Array, string?]>([
    ["a drawing", SVG, "text/html"],
    ["a drawing after its declarations", `<?xml version="1.0"?><!-- made --><!DOCTYPE svg>${SVG}`],
    [
      "the answer of a store of files",
      '<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code></Error>',
      "application/xml",
    ],
    ["a feed with a drawing's namespace", '<rss version="2.0" xmlns:svg="http://www.w3.org/2000/svg"/>'],
    ["a declaration and no more", '<?xml version="1.0"?>'],
    ["a document", "%PDF-1.7\n<html>", "text/html"],
    ["an icon", Buffer.from("\0\0\x01\0\x01\0", "latin1")],
    ["an archive", Buffer.from("PK\x03\x04<html>", "latin1"), "text/html"],
    ["a film", Buffer.from("\0\0\0\x18ftypmp42", "latin1")],
  ])("%s", (_, content, type) => expect(kind(content, type)).toBe("other"));

  test("a picture that says it is a page", async () => {
    expect(kind(await generatePicture(1), "text/html")).toBe("other");
  });
});

test("whatever comes, it is one of the three, and soon", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.uint8Array(),
      fc.constantFrom("text/html", "text/html; charset=utf-16", ""),
      (a, b, type) => {
        expect(["page", "text", "other"]).toContain(kind(Buffer.concat([Buffer.from(a), b]), type));
      },
    ),
  );
  const ms = cpuMs(() => {
    for (const part of ["<!--", "<", "</a", "<?", " ", "<!doctype ", "[", "html"])
      kind(part.repeat(200_000), "text/html");
  });
  expect(ms).toBeLessThan(1000);
});

function kind(content: string | Uint8Array, type?: string) {
  const headers = new Map(type === undefined ? [] : [["content-type", [type]]]);
  return kindOf({ headers }, typeof content === "string" ? Buffer.from(content) : content);
}
