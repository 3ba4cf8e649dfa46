import { expect, test } from "vitest";
import { isLoopback, readHmaGatewayConfig } from "./config.ts";

const environment = {
  NTD_ENVIRONMENT: "TEST",
  NTD_MATCHING_ADDRESS: "localhost:1",
  HMA_GATEWAY_IDENTITY_DIR: import.meta.dirname,
};
const read = (more: Record<string, string> = {}) => readHmaGatewayConfig({ ...environment, ...more });

test("it listens on loopback, and elsewhere only with a token", () => {
  expect(read()).toMatchObject({ listen: "127.0.0.1:0", tokenFile: "", pdqQuality: 50, recipe: "" });
  expect(() => read({ HMA_GATEWAY_LISTEN: "0.0.0.0:5100" })).toThrow(/HMA_GATEWAY_LISTEN: is not of loopback/);
  const token = { HMA_GATEWAY_TOKEN_FILE: import.meta.filename };
  expect(read({ HMA_GATEWAY_LISTEN: "0.0.0.0:5100", ...token })).toMatchObject({ listen: "0.0.0.0:5100" });
});

test.each([
  ["127.0.0.1:80", true],
  ["127.8.0.1", true],
  ["localhost:5100", true],
  ["[::1]:5100", true],
  ["0.0.0.0:80", false],
  ["[::]:80", false],
  ["localhost.example:80", false],
  ["127.0.0.1.example", false],
  ["", false],
])("%j is loopback: %j", (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
