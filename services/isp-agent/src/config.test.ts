import { expect, test } from "vitest";
import { readIspAgentConfig } from "./config.ts";

const environment = {
  NTD_ENVIRONMENT: "TEST",
  NTD_TAKEDOWN_ADDRESS: "localhost:1",
  ISP_AGENT_IDENTITY_DIR: import.meta.dirname,
  ISP_AGENT_PROVIDER_ID: "north",
  ISP_AGENT_STORE_URL: "file:/tmp/x.sqlite",
  ISP_AGENT_KEYS_FILE: "/tmp/keys.json",
};
const handler = (text: string) => readIspAgentConfig({ ...environment, ISP_AGENT_HANDLER: text }).handler;

test("a handler is a command and its arguments; without one there is none", () => {
  expect(handler('["/opt/remove", "--now", "a b; c"]')).toEqual(["/opt/remove", "--now", "a b; c"]);
  expect(handler("")).toEqual([]);
  expect(readIspAgentConfig(environment)).toMatchObject({ handler: [], handlerTimeoutMs: 60_000, maxAttempts: 10 });
});

test.each(["/opt/remove --now", "[]", '[""]', "[1]", '{"a": 1}', "null", '"x"'])("%s is no handler", (text) => {
  expect(() => handler(text)).toThrow(/ISP_AGENT_HANDLER: is no command/);
});

test("every fault is named at once", () => {
  const faulty = { NTD_ENVIRONMENT: "TEST", ISP_AGENT_HANDLER: "x", ISP_AGENT_MAX_ATTEMPTS: "0", ISP_AGENT_NAME: "x" };
  let message = "";
  try {
    readIspAgentConfig(faulty);
  } catch (error) {
    message = String(error);
  }
  for (const key of [
    "NTD_TAKEDOWN_ADDRESS",
    "ISP_AGENT_PROVIDER_ID",
    "ISP_AGENT_STORE_URL",
    "ISP_AGENT_KEYS_FILE",
    "ISP_AGENT_HANDLER",
    "ISP_AGENT_MAX_ATTEMPTS",
    "ISP_AGENT_NAME",
  ]) {
    expect(message).toContain(`${key}: `);
  }
});
