import { readFileSync } from "node:fs";
import { parseData } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { readReporters } from "../reporters/listed.ts";
import { helplinesFor, readHelplines } from "./helplines.ts";
import { english, readSentences, sentenceFor } from "./sentences.ts";

const helplines = (text: string, isLive = false) =>
  parseData(text, "helplines.yaml", (data, fault) => readHelplines(data, fault, isLive));
const deployed = (file: string) => readFileSync(new URL(`../../../../deploy/${file}`, import.meta.url), "utf8");

describe("who helps", () => {
  const three = `
fallback: en
languages:
  en: [{ name: one, phone: "1" }]
  ms: [{ name: dua, url: "https://dua.test/" }, { name: tiga, phone: "3", hours: 24 jam }]
  ms-BN: [{ name: empat, phone: "4" }]
`;
  test.each([
    ["", ["one"]],
    ["en", ["one"]],
    ["fr", ["one"]],
    ["ms", ["dua", "tiga", "one"]],
    ["MS-SG", ["dua", "tiga", "one"]],
    ["ms-bn", ["empat", "dua", "tiga", "one"]],
  ])("a report in %j is told its own language's first: %j", (language, names) => {
    expect(helplinesFor(helplines(three), language).map(({ name }) => name)).toEqual(names);
  });

  test("whatever is not as it must be is named by its place", () => {
    const faulty = `
fallback: fr
other: 1
languages:
  en: []
  m s: [{ name: x, url: "http://x.test", phone: 1, fax: "2" }, {}]
`;
    for (const place of [
      "other is unknown",
      "fallback is none of the languages",
      "languages.en names nobody",
      "languages.m s is no language tag",
      "languages.m s[0].fax is unknown",
      "languages.m s[0].phone is a number",
      "languages.m s[0].url does not begin with https://",
      "languages.m s[1].name is missing",
      "languages.m s[1] has neither phone nor url",
    ]) {
      expect(() => helplines(faulty)).toThrow(place);
    }
  });

  test("the file that comes with the platform is of examples alone, which LIVE refuses", () => {
    const text = deployed("helplines.yaml");
    const given = helplines(text);
    expect([...given.languages.keys()]).toContain(given.fallback);
    const all = [...given.languages.values()].flat();
    for (const { phone, url } of all)
      expect([phone, url]).toEqual([expect.stringMatching(/^\+999/), expect.any(String)]);
    expect(() => helplines(text, true)).toThrow("is an example, which LIVE refuses");
    expect(() => helplines(three, true)).not.toThrow();
  });

  test.each([
    { url: "https://help.example:443/" },
    { url: "https://HELP.EXAMPLE" },
    { url: "https://help.example?a" },
    { url: "https://help.example./" },
    { url: "https://www.example.com/" },
    { phone: "+ 999 1" },
    { phone: "(+999) 1" },
  ])("an example is one however it is written: %j", (one) => {
    const text = JSON.stringify({ fallback: "en", languages: { en: [{ name: "one", ...one }] } });
    expect(() => helplines(text)).not.toThrow();
    expect(() => helplines(text, true)).toThrow("is an example, which LIVE refuses");
  });

  test("an address that is none is refused", () => {
    const text = JSON.stringify({ fallback: "en", languages: { en: [{ name: "one", url: "https://:1" }] } });
    expect(() => helplines(text)).toThrow("url is no address");
  });
});

describe("what who reports is told", () => {
  const told = (...of: Parameters<typeof sentenceFor> extends [unknown, ...infer Rest] ? Rest : never) =>
    sentenceFor(english, ...of);
  const words = english.languages.get("en");

  test("while it is open the status alone, whatever a person has them told", () => {
    expect(told("", "RECEIVED", ["REPORTER_SENTENCE_SAY_MORE"])).toBe(words?.received);
    expect(told("", "BEING_HANDLED", ["REPORTER_SENTENCE_SAY_MORE"])).toBe(words?.being_handled);
  });

  test("what a machine decided and what a person acted on are told in the same words", () => {
    expect(told("", "CLOSED", [undefined])).toBe(words?.closed);
    expect(told("", "CLOSED", ["REPORTER_SENTENCE_ACTED_ON"])).toBe(words?.closed);
    expect(told("", "CLOSED", ["REPORTER_SENTENCE_ACTED_ON", undefined])).toBe(words?.closed);
  });

  test("each thing once, in the order of the addresses", () => {
    const said = ["REPORTER_SENTENCE_NOTHING_THERE", undefined, "REPORTER_SENTENCE_NOTHING_THERE"] as const;
    expect(told("", "CLOSED", said)).toBe(`${words?.nothing_there} ${words?.closed}`);
  });

  test("in their own language, and in the fallback where nobody wrote it", () => {
    const deployedSentences = parseData(deployed("sentences.yaml"), "sentences.yaml", readSentences);
    expect(deployedSentences.languages.get("en")).toEqual(words);
    expect(sentenceFor(deployedSentences, "ms-MY", "RECEIVED")).toContain("Terima kasih");
    expect(sentenceFor(deployedSentences, "fr", "RECEIVED")).toBe(words?.received);
  });

  test("every sentence is there in every language, and no other", () => {
    const faulty = "fallback: en\nlanguages: { en: { received: a, thanks: b } }\n";
    const read = () => parseData(faulty, "sentences.yaml", readSentences);
    expect(read).toThrow("languages.en.thanks is unknown");
    expect(read).toThrow("languages.en.say_more is missing");
  });
});

describe("whom the hotline knows", () => {
  const reporters = (text: string) => parseData(text, "reporters.yaml", readReporters);
  test("is by the names of their certificates", () => {
    const known = reporters(deployed("reporters.yaml"));
    expect(known.get("reporter/example-hotline")).toMatchObject({ kind: "partner_hotline", trusted: true });
    expect(known.get("reporter/example-provider")).toMatchObject({ kind: "industry", trusted: false });
  });
  test("is refused with every fault", () => {
    const faulty = `
reporters:
  somebody: { kind: industry, name: a }
  reporter/b: { kind: police, name: b }
  reporter/c: { kind: friend, trusted: "yes", of: us }
others: {}
`;
    for (const place of [
      "reporters[0] is no identity",
      "reporters[1].kind does not go with its identity",
      'reporters[2].kind is "friend"',
      "reporters[2].trusted is neither",
      "reporters[2].of is unknown",
      "reporters[2].name is missing",
      "others is unknown",
    ]) {
      expect(() => reporters(faulty)).toThrow(place);
    }
  });
});
