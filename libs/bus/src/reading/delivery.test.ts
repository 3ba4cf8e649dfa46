import type { Msg } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { toDelivery } from "./delivery.ts";

function from(reply: string | undefined) {
  const answers: string[] = [];
  const respond = (answer: unknown) => (answers.push(String(answer)), true);
  const message = { subject: "a.b.c", data: new Uint8Array(), reply, respond } as unknown as Msg;
  return { delivery: toDelivery(message), answers };
}

test.each([
  "$JS.ACK.HASHLISTS.matching-release.3.17.4.1700000000000000000.5",
  "$JS.ACK.hub.ABCDEF.HASHLISTS.matching-release.3.17.4.1700000000000000000.5.random",
])("a delivery says whence it comes and how often: %s", (reply) => {
  expect(from(reply).delivery).toMatchObject({ stream: "HASHLISTS", sequence: 17, count: 3, subject: "a.b.c" });
});

test.each([undefined, "", "_INBOX.x", "$JS.ACK", "$JS.ACK.S.d.0.1.1.1.1", "$JS.ACK.S.d.x.y.1.1.1"])(
  "what is from no durable is no delivery: %s",
  (reply) => expect(from(reply).delivery).toBeUndefined(),
);

test("it is acknowledged, given back and kept by answering", () => {
  const { delivery, answers } = from("$JS.ACK.S.d.1.1.1.1.0");
  delivery?.ack();
  delivery?.nak(200);
  delivery?.working();
  expect(answers).toEqual(["+ACK", '-NAK {"delay":200000000}', "+WPI"]);
});
