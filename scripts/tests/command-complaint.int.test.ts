import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const [receivedTime, answerTime] = [new Date("2030-01-01T00:00:00Z"), new Date("2030-01-08T00:00:00Z")];

test("complaint submit sends what was typed and prints when it will be answered", async () => {
  const sentence = "We have received your complaint.";
  bed.answers.set("submitComplaint", { name: "complaints/c1", receivedTime, answerTime, sentence, readAs: "" });
  const typed = ["--url", "https://a.example/x", "--text", "mine", "--capacity", "site-owner"];
  const { code, out } = await bed.ntd("complaint", "submit", ...typed);
  expect([code, out]).toEqual([
    0,
    `name         complaints/c1\nreceived     2030-01-01T00:00:00.000Z\nanswered on  2030-01-08T00:00:00.000Z\n\n${sentence}\n`,
  ]);
  const asked = { url: "https://a.example/x", caseId: "", text: "mine", capacity: "CAPACITY_SITE_OWNER", contact: "" };
  expect(bed.arrived).toMatchObject([{ method: "submitComplaint", request: asked }]);
});

test("complaint show takes the name or its last part", async () => {
  const verdict = "COMPLAINT_VERDICT_REFUSED";
  const answered = { state: "COMPLAINT_STATE_ANSWERED", sentence: "Somebody has looked.", verdict };
  bed.answers.set("getComplaint", { name: "complaints/c1", receivedTime, answerTime, ...answered });
  expect((await bed.ntd("complaint", "show", "complaints/c1")).out).toMatch(
    /\nstate +answered\nverdict +refused\n[^]*has looked\.\n$/,
  );
  await bed.ntd("complaint", "show", "c1");
  expect(bed.arrived.map(({ request }) => request)).toEqual([{ name: "complaints/c1" }, { name: "complaints/c1" }]);
});

test("complaint submit without a text is wrong usage", async () => {
  expect((await bed.ntd("complaint", "submit", "--url", "https://a.example/x")).code).toBe(2);
});
