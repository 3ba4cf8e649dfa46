import { catalogue, Problem, type Reason } from "@ntd/service";
import { ClientError, Status } from "nice-grpc";
import { ErrorInfo, RichClientError } from "nice-grpc-error-details";
import { expect, test } from "vitest";
import { problemOf, statusOf } from "./status.ts";

const reasons = Object.keys(catalogue) as Reason[];

test.each(reasons)("%s survives the way to the other side", (reason) => {
  const { code, details, extra } = statusOf(new Problem(reason, "a detail", { metadata: { n: "1" } }));
  expect(code).toBe(Status[catalogue[reason].code]);
  const got = problemOf(new RichClientError("/x/Y", code, details, extra));
  expect(got).toMatchObject({ reason, message: "a detail", metadata: { n: "1" } });
});

test("half a surrogate pair in a message does not break the status line", () => {
  expect(encodeURI(statusOf(new Problem("NOT_FOUND", "\ud83d")).details)).toBe("%EF%BF%BD");
});

test.each([
  [Status.UNAVAILABLE, "PEER_UNAVAILABLE"],
  [Status.CANCELLED, "PEER_UNAVAILABLE"],
  [Status.INTERNAL, "PEER_UNAVAILABLE"],
  [Status.UNIMPLEMENTED, "PEER_UNAVAILABLE"],
  [Status.DEADLINE_EXCEEDED, "TIMED_OUT"],
  [Status.RESOURCE_EXHAUSTED, "TOO_LARGE"],
  [Status.UNKNOWN, "INTERNAL"],
])("status %i without a name is %s", (code, reason) => {
  expect(problemOf(new ClientError("/x/Y", code, "text of the transport"))).toMatchObject({
    reason,
    message: catalogue[reason as Reason].sentence,
  });
});

test("a message that cannot be written or read is not retried", () => {
  expect(problemOf(new ClientError("/x/Y", Status.INTERNAL, "Error serializing response")).handling).toBe("unknown");
});

test("a reason of another domain, or of a newer release, is judged by its code", () => {
  const info = (reason: string, domain: string) => ErrorInfo.fromPartial({ reason, domain });
  const foreign = new RichClientError("/x/Y", Status.NOT_FOUND, "", [info("WRONG_STATE", "example.com")]);
  const newer = new RichClientError("/x/Y", Status.NOT_FOUND, "", [info("constructor", "ntd")]);
  expect([problemOf(foreign).reason, problemOf(newer).reason]).toEqual(["NOT_FOUND", "NOT_FOUND"]);
});

test("a problem stays itself, an abort of one's own is retried, anything else is INTERNAL", () => {
  const problem = new Problem("NOT_FOUND");
  expect(problemOf(problem)).toBe(problem);
  expect(problemOf(new DOMException("stop", "AbortError"))).toMatchObject({
    reason: "SHUTTING_DOWN",
    handling: "retry",
  });
  expect(problemOf(new TypeError("x")).reason).toBe("INTERNAL");
});
