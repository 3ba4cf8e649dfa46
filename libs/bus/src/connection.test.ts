import { expect, test } from "vitest";
import { requireVersion } from "./connection.ts";

test.each(["2.9.10", "2.9.25", "1.4.1", "0"])("nats-server %s is refused with a sentence", (version) => {
  expect(() => requireVersion(version)).toThrowError(
    expect.objectContaining({
      reason: "BUS_TOO_OLD",
      message: expect.stringMatching(/too old.*Install 2\.10/) as string,
    }) as Error,
  );
});

test.each(["2.10.0", "2.10.27", "2.15.2", "3.0.0"])("nats-server %s is taken", (version) => {
  expect(() => requireVersion(version)).not.toThrow();
});
