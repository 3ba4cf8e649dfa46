import { join } from "node:path";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { MovableClock } from "@ntd/service";
import { handlersIn, refusedFields, type FaultyCall } from "@ntd/testing";
import { expect, test } from "vitest";

const made = await handlersIn(join(import.meta.dirname, "../src"));
const now = new Date("2026-03-01T12:00:00Z");
/** What is refused needs nothing else. */
const deps = { clock: new MovableClock(now) };

const badPage = { pageSize: -1, pageToken: "none" };
const page = ["page_size", "page_token"];
const time = new Date(now.getTime() + 3_600_000);

const calls: Record<string, FaultyCall> = {
  listRequests: { by: "operator/olga", set: { host: "a/b", ...badPage }, refused: ["host", "to_time", ...page] },
  listUnseen: { by: "operator/olga", set: badPage, refused: page },
  recordSighting: {
    by: "assessor/ann",
    set: { time, movedToUrl: "http://host.example/" },
    refused: ["request_id", "sighting", "how", "time", "moved_to_url"],
  },
};

/** They read one field that can be wrong, or none. */
const ofOneField = new Set(["getEvidence", "getTarget", "listEvidenceKeys"]);

test.each([...made.keys()].filter((method) => !ofOneField.has(method)))(
  "all that is wrong with a request leaves in one answer: %s",
  async (method) => {
    const faulty = calls[method];
    const handler = made.get(method);
    if (faulty === undefined || handler === undefined) throw new Error(`say what is wrong with a call of ${method}`);
    expect(await refusedFields(method, handler(deps), [ProbeServiceService], faulty)).toEqual(faulty.refused);
  },
);
