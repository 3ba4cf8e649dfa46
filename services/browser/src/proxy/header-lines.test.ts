import { expect, test } from "vitest";
import { linesToBrowser, linesToHost } from "./header-lines.ts";

test("a host is told what the browser says, in its order, but of the way to the proxy and of what it is", () => {
  const raw = ["Host", "a.example", "Proxy-Connection", "keep-alive", "Proxy-Authorization", "Basic eA=="];
  raw.push("sec-ch-ua", '"HeadlessChrome";v="156", "Chromium";v="156"', "Accept", "*/*", "Upgrade", "h2c");
  expect(linesToHost(raw)).toEqual([
    ["Host", "a.example"],
    ["Connection", "keep-alive"],
    ["sec-ch-ua", '"Google Chrome";v="156", "Chromium";v="156"'],
    ["Accept", "*/*"],
  ]);
});

test("the browser is told what the host says, but of its own way, other ways, and what no header may hold", () => {
  const headers = new Map([
    ["content-type", ["text/html"]],
    ["content-length", ["5"]],
    ["transfer-encoding", ["chunked"]],
    ["alt-svc", ['h3=":443"']],
    ["set-cookie", ["a=1", "b=2"]],
    ["x-odd", ["a\u0001b", "caf\u00e9"]],
  ]);
  expect(linesToBrowser(headers)).toEqual([
    "content-type",
    "text/html",
    "set-cookie",
    "a=1",
    "set-cookie",
    "b=2",
    "x-odd",
    "caf\u00e9",
  ]);
});
