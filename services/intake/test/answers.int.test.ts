import { writeFile } from "node:fs/promises";
import { nouns } from "@ntd/bus";
import { Channel } from "@ntd/proto/intake/v1/report";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caseOf, decision, faultOf, reporter, reportOf, startReporting, told, type Reporting } from "./reporting.ts";

const helplines = `
fallback: en
languages:
  en: [{ name: Helpline, phone: "+999 1", hours: day }]
  ms: [{ name: Talian, url: "https://talian.example/" }]
`;
const known = (trusted: boolean) =>
  `reporters: { reporter/hotline: { kind: partner_hotline, name: Hotline abroad, trusted: ${trusted} } }\n`;

let reporting: Reporting;
beforeAll(async () => {
  reporting = await startReporting({ HELPLINES_FILE: helplines, REPORTERS_FILE: known(true) });
});
afterAll(() => reporting[Symbol.asyncDispose]());

const words = { description: "Somebody has pictures of me." };

test.each(["happeningToMe", "selfMade"] as const)(
  "%s is answered with who helps, and so is its repeat",
  async (said) => {
    await using child = await reporter(reporting, "child");
    const given = reportOf({ ...words, [said]: true, language: "ms-MY" });
    const answer = await child.submitReport(given);
    expect(answer.helplines?.helplines).toEqual([
      { name: "Talian", language: "ms", phone: "", url: "https://talian.example/", hours: "" },
      { name: "Helpline", language: "en", phone: "+999 1", url: "", hours: "day" },
    ]);
    expect(await child.submitReport(given)).toEqual(answer);
    expect((await child.submitReport(reportOf(words))).helplines).toBeUndefined();
  },
);

test("the channels of industry and hotlines are for those whom the file names, and who is trusted is told", async () => {
  await using hotline = await reporter(reporting, "hotline");
  const given = reportOf({ channel: Channel.PARTNER_HOTLINE }, "https://a.example/x");
  expect((await told(reporting, (await hotline.submitReport(given)).name)).isTrusted).toBe(true);
  await using other = await reporter(reporting, "child");
  expect((await faultOf(other.submitReport({ ...given })))?.fields[0]?.field).toBe("channel");
  const { name } = await other.submitReport(reportOf({}, "https://a.example/x"));
  expect((await told(reporting, name)).isTrusted).toBeUndefined();
  await writeFile(reporting.config.reportersFile, known(false));
  await eventually("it is trusted no more", async () => {
    const again = await hotline.submitReport(reportOf({ channel: Channel.PARTNER_HOTLINE }, "https://a.example/x"));
    return (await told(reporting, again.name)).isTrusted === undefined;
  });
});

test("each state has its sentence, and a machine's decision is told in the words of a person's", async () => {
  await using child = await reporter(reporting, "child");
  const reports = await Promise.all([1, 2, 3].map(() => child.submitReport(reportOf(words))));
  const saying = async (name: string, part: string) =>
    eventually(part, async () => {
      const { sentence = "" } = await child.getReport({ name });
      return sentence.includes(part) && sentence;
    });
  const made = [
    decision("VERDICT_OUT_OF_SCOPE"),
    decision("VERDICT_OUT_OF_SCOPE", { decidedBy: "assessor/ann", reporterSentence: "REPORTER_SENTENCE_ACTED_ON" }),
    decision("VERDICT_OUT_OF_SCOPE", { decidedBy: "assessor/ann", reporterSentence: "REPORTER_SENTENCE_NOT_FOR_US" }),
  ];
  const ends: string[] = [];
  for (const [at, { name, sentence }] of reports.entries()) {
    expect(sentence).toContain("received your report");
    const { wordsTargetId = "" } = await told(reporting, name);
    await reporting.bed.publish(nouns.case, "queued", `said-${at}`, 1, caseOf(wordsTargetId));
    await saying(name, "being handled");
    const decided = caseOf(wordsTargetId, { decision: made[at] });
    await reporting.bed.publish(nouns.case, "decided", `said-${at}`, 2, decided);
    ends.push(await saying(name, at < 2 ? "closed" : "somebody else"));
  }
  expect(ends[0]).toBe(ends[1]);
  expect(ends[0]).not.toBe(ends[2]);
});
