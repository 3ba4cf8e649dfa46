import { expect, test } from "vitest";
import { natsConfig, natsUsers } from "./index.ts";

const intake = {
  user: "spiffe://ntd.test/service/intake",
  publish: ["intake.report.>"],
  subscribe: ["_INBOX_intake.>"],
};

test("a user may do what is listed", () => {
  expect(natsUsers([intake])).toEqual([
    {
      user: intake.user,
      permissions: { publish: { allow: ["intake.report.>"] }, subscribe: { allow: ["_INBOX_intake.>"] } },
    },
  ]);
});

test("an empty list denies everything, where nats-server would allow everything", () => {
  expect(natsUsers([{ ...intake, publish: [], subscribe: [] }])[0]?.permissions).toEqual({
    publish: { deny: [">"] },
    subscribe: { deny: [">"] },
  });
});

test("a user named twice is refused, since which of the two counts would be chance", () => {
  expect(() => natsUsers([intake, intake])).toThrow(/"spiffe:\/\/ntd.test\/service\/intake" is named twice/);
});

test("the configuration wants a certificate as the user, loopback, and the disk before an acknowledgement", () => {
  const text = natsConfig({ port: 4222, name: "n", store: "/s", identity: "/i", permissions: [intake] });
  expect(JSON.parse(text)).toEqual({
    server_name: "n",
    listen: "127.0.0.1:4222",
    max_payload: 1_048_576,
    tls: { cert_file: "/i/cert.pem", key_file: "/i/key.pem", ca_file: "/i/ca.pem", verify_and_map: true },
    jetstream: { store_dir: "/s", sync_interval: "always" },
    authorization: { users: natsUsers([intake]) },
  });
});
