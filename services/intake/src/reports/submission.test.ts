import { Algorithm, MediaType } from "@ntd/proto/common/v1/common";
import { Channel, ThreatNature, ThreatType } from "@ntd/proto/intake/v1/report";
import type { SubmitReportRequest, SubmittedTarget } from "@ntd/proto/intake/v1/report_service";
import { Problem } from "@ntd/service";
import { describe, expect, test } from "vitest";
import { validSubmission, type Sender } from "./submission.ts";

const now = new Date("2026-03-01T12:00:00Z");
const target = (given: Partial<SubmittedTarget> = {}): SubmittedTarget => ({
  url: "https://secret-host.example/secret-path",
  observedTime: undefined,
  mediaType: MediaType.UNSPECIFIED,
  fingerprints: [],
  ...given,
});
const request = (given: Partial<SubmitReportRequest> = {}): SubmitReportRequest => ({
  requestId: "0B7C5A2E-3c58-4f6e-9a43-5f0f5a0c7f11",
  channel: Channel.PUBLIC,
  targets: [target()],
  description: "",
  threat: undefined,
  language: "",
  ...given,
});

const anybody: Sender = { kind: "reporter", isListedAs: () => true };

function fieldsRefused(given: Partial<SubmitReportRequest>, sender: Partial<Sender> = {}): string[] {
  try {
    validSubmission(request(given), { ...anybody, ...sender }, now);
  } catch (error) {
    const problem = Problem.from(error);
    expect(problem.reason).toBe("FIELD_INVALID");
    expect(problem.message).not.toMatch(/secret|abcdef/);
    return problem.fields.map(({ field }) => field);
  }
  return [];
}
const hex = (algorithm: Algorithm, digits: string) => [{ algorithm, hex: digits }];

test("words alone are 10 to 20,000 characters, what stands around them not counted", () => {
  const words = (length: number) => fieldsRefused({ targets: [], description: ` ${"x".repeat(length)}\n` });
  expect([10, 20_000].map(words)).toEqual([[], []]);
  expect([9, 20_001].map(words)).toEqual([["description"], ["description"]]);
});

test("a good request comes back with its address in three forms and its fingerprints as bytes", () => {
  const fingerprints = hex(Algorithm.MD5, "AB".repeat(16));
  const submission = validSubmission(request({ targets: [target({ fingerprints })] }), anybody, now);
  expect(submission.requestId).toBe("0b7c5a2e-3c58-4f6e-9a43-5f0f5a0c7f11");
  expect(submission.targets[0]?.address.key).toBe("https://secret-host.example/secret-path");
  expect(submission.targets[0]?.fingerprints[0]?.value).toEqual(new Uint8Array(16).fill(0xab));
});

describe("refused, naming the field", () => {
  test.each<[string, Partial<SubmitReportRequest>, string[]]>([
    ["a request id that is no UUID", { requestId: "7" }, ["request_id"]],
    ["no channel", { channel: Channel.UNSPECIFIED }, ["channel"]],
    ["no targets", { targets: [] }, ["targets"]],
    ["101 targets", { targets: Array.from({ length: 101 }, () => target()) }, ["targets"]],
    ["words alone that say nothing", { targets: [], description: " secret  " }, ["description"]],
    ["words alone that nobody can read", { targets: [], description: "secret ".repeat(3000) }, ["description"]],
    ["a report over 512 KiB", { description: "x".repeat(512 * 1024) }, ["report"]],
    ["half a threat", { threat: { type: ThreatType.SEXUAL, nature: ThreatNature.UNSPECIFIED } }, ["threat.nature"]],
    ["an unknown threat", { threat: { type: "UNRECOGNIZED", nature: ThreatNature.CONTENT } }, ["threat.type"]],
    ["a language that is none", { language: "in English" }, ["language"]],
    ["an address without host", { targets: [target({ url: "http:///secret" })] }, ["targets[0].url"]],
    [
      "an address with a password",
      { targets: [target({ url: "http://secret:secret@a.example/" })] },
      ["targets[0].url"],
    ],
    ["a script", { targets: [target(), target({ url: "javascript:secret()" })] }, ["targets[1].url"]],
    ["two addresses", { targets: [target({ url: "https://secret.example/ https://b.example/" })] }, ["targets[0].url"]],
    ["words behind it", { targets: [target({ url: "https://secret.example/ seen today" })] }, ["targets[0].url"]],
    ["half an address", { targets: [target({ url: "https://secret.example/..." })] }, ["targets[0].url"]],
    [
      "a full stop that may be its own",
      { targets: [target({ url: "https://secret.example/x." })] },
      ["targets[0].url"],
    ],
    ["a file", { targets: [target({ url: "file:///secret" })] }, ["targets[0].url"]],
    ["over 8 KiB", { targets: [target({ url: `http://a.example/${"secret".repeat(1400)}` })] }, ["targets[0].url"]],
    [
      "the future",
      { targets: [target({ observedTime: new Date("2026-03-01T12:06:00Z") })] },
      ["targets[0].observed_time"],
    ],
    ["an unknown medium", { targets: [target({ mediaType: "UNRECOGNIZED" })] }, ["targets[0].media_type"]],
    [
      "an unnamed algorithm",
      { targets: [target({ fingerprints: hex(Algorithm.UNSPECIFIED, "ab") })] },
      ["targets[0].fingerprints[0].algorithm"],
    ],
    [
      "a hash that is too short",
      { targets: [target({ fingerprints: hex(Algorithm.SHA256, "abcdef".repeat(10)) })] },
      ["targets[0].fingerprints[0].hex"],
    ],
    [
      "a hash that is not hex",
      { targets: [target({ fingerprints: hex(Algorithm.SHA1, "zabcdef".padEnd(40, "0")) })] },
      ["targets[0].fingerprints[0].hex"],
    ],
    [
      "21 fingerprints",
      { targets: [target({ fingerprints: Array(21).fill({ algorithm: Algorithm.MD5, hex: "0".repeat(32) }) })] },
      ["targets[0].fingerprints"],
    ],
    [
      "as many fingerprints as a message holds, of which twenty are looked at",
      { targets: [target({ fingerprints: Array(100_000).fill({ algorithm: Algorithm.UNSPECIFIED, hex: "" }) })] },
      ["targets[0].fingerprints", ...Array.from({ length: 20 }, (_, i) => `targets[0].fingerprints[${i}].algorithm`)],
    ],
  ])("%s", (_, given, fields) => expect(fieldsRefused(given)).toEqual(fields));

  test("every fault at once", () => {
    const broken = target({ url: "ftp://secret.example/", fingerprints: hex(Algorithm.PDQ, "abc") });
    expect(fieldsRefused({ requestId: "", channel: Channel.UNRECOGNIZED, targets: [target(), broken] })).toEqual([
      "request_id",
      "channel",
      "targets[1].url",
      "targets[1].fingerprints[0].hex",
    ]);
  });
});

test("words alone are a report, whatever else is said", () => {
  const words = { targets: [], description: "It is in a chat that I cannot link." };
  expect(fieldsRefused(words)).toEqual([]);
  expect(fieldsRefused({ ...words, happeningToMe: true, selfMade: true, lifeAtRisk: true })).toEqual([]);
  expect(fieldsRefused({ targets: [], channel: Channel.UNSPECIFIED, language: "?" })).toEqual([
    "channel",
    "targets",
    "language",
  ]);
});

test("the channel POLICE and police identities belong together", () => {
  expect(fieldsRefused({ channel: Channel.POLICE })).toEqual(["channel"]);
  expect(fieldsRefused({ channel: Channel.PUBLIC }, { kind: "police" })).toEqual(["channel"]);
  expect(fieldsRefused({ channel: Channel.POLICE }, { kind: "police" })).toEqual([]);
});

test("where the hotline knows who reports, the channels of industry and hotlines are for those whom it knows", () => {
  const industry = { isListedAs: (kind: string) => kind === "industry" };
  expect(fieldsRefused({ channel: Channel.INDUSTRY }, industry)).toEqual([]);
  expect(fieldsRefused({ channel: Channel.PARTNER_HOTLINE }, industry)).toEqual(["channel"]);
  const unknown = { isListedAs: () => false };
  expect(fieldsRefused({ channel: Channel.INDUSTRY }, unknown)).toEqual(["channel"]);
  expect(fieldsRefused({ channel: Channel.PUBLIC }, unknown)).toEqual([]);
});

test.each([Algorithm.SHA256, Algorithm.PDQ, Algorithm.BLOCKHASH256])("%s takes 64 digits", (algorithm) => {
  expect(fieldsRefused({ targets: [target({ fingerprints: hex(algorithm, "0f".repeat(32)) })] })).toEqual([]);
});

test("a reporter's clock may be a little ahead", () => {
  expect(fieldsRefused({ targets: [target({ observedTime: new Date("2026-03-01T12:04:00Z") })] })).toEqual([]);
});
