import { expect, test } from "vitest";
import { NoPage } from "./entries-page.ts";
import { feedbackUrl, feedbackXml, reasonsUrl } from "./feedback-submission.ts";
import { reasonsIn } from "./reasons-page.ts";

const base = new URL("https://exchange.example/npo/");

test("feedback is put at its entry, and an id leads to no other place", () => {
  expect(feedbackUrl(base, { member: "42", id: "a b/c?d" }, "md5")?.href).toBe(
    "https://exchange.example/npo/v2/entries/42/a%20b%2Fc%3Fd/MD5/feedback",
  );
  for (const id of ["..", ".", ""]) expect(feedbackUrl(base, { member: "42", id }, "pdq")).toBeUndefined();
  expect(reasonsUrl(base, "sha1").href).toBe("https://exchange.example/npo/v2/feedback/SHA1/reasons");
});

test("it says whether, and why, and nothing else", () => {
  const xmlns = 'xmlns="https://hashsharing.ncmec.org/hashsharing/v2"';
  expect(feedbackXml({ opinion: "AGREE", reasons: [] })).toContain(
    `<feedbackSubmission ${xmlns}><affirmative/></feedbackSubmission>`,
  );
  expect(feedbackXml({ opinion: "DISAGREE", reasons: [{ id: "g1", name: "<x>" }] })).toContain(
    "<negative><reasonIds><guid>g1</guid></reasonIds></negative>",
  );
});

test("reasons are read wherever they stand; what names none is no answer", () => {
  const reason = '<reason guid="1111-2222" name="Not &amp; so" type="Md5"/>';
  const all = `<availableFeedbackReasons>${reason}<reason guid="&lt;x/>" name="y"/></availableFeedbackReasons>`;
  const whole = all.replace('guid="&lt;x/>"', 'guid="&lt;x/&gt;"');
  expect(reasonsIn(`<a xmlns="urn:x">${whole}</a>`)).toEqual([{ id: "1111-2222", name: "Not & so" }]);
  expect(reasonsIn(whole)).toHaveLength(1);
  for (const text of ["<html/>", "no xml", "<availableFeedbackReasons>", `<!DOCTYPE a>${whole}`, reason]) {
    expect(() => reasonsIn(text)).toThrow(NoPage);
  }
});
