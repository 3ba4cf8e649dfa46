import { expect, test } from "vitest";
import { startArguments } from "./arguments.ts";
import { portsOf, standardPorts } from "./ports.ts";

const given = (...args: string[]) => startArguments(args, "/home/op", "/ntd/.ntd/run");

test("without words it starts where it always did", () => {
  expect(given()).toEqual({
    does: "start",
    dir: "/ntd/.ntd/run",
    config: undefined,
    browser: false,
    feed: false,
    hmaGateway: false,
  });
});

test("paths begin where the person stands", () => {
  expect(given("--data", "ntd", "--config=/etc/ntd.yaml")).toEqual({
    does: "start",
    dir: "/home/op/ntd",
    config: "/etc/ntd.yaml",
    browser: false,
    feed: false,
    hmaGateway: false,
  });
});

test("the browser eye runs where it is asked for, on a port that is nobody else's", () => {
  expect(given("--browser", "--feed")).toMatchObject({ does: "start", browser: true, feed: true });
  expect(given("--hma-gateway")).toMatchObject({ does: "start", browser: false, hmaGateway: true });
  const [without, beside] = [portsOf({}, {}, []), portsOf({}, {}, ["browser", "exchange", "feed"])];
  expect([without.browser, without.exchange, without.feed]).toEqual([undefined, undefined, undefined]);
  const { browser, exchange, feed } = standardPorts;
  expect(beside).toEqual({ ...without, browser, exchange, feed });
  expect(new Set(Object.values(beside)).size).toBe(Object.keys(standardPorts).length);
});

test("help wins, and words that it does not know are refused", () => {
  expect(given("--help", "--data", "x")).toEqual({ does: "help" });
  for (const wrong of [["now"], ["--dat", "x"], ["--data"], ["--data", ""]]) {
    const answer = given(...wrong);
    expect(answer.does, wrong.join(" ")).toBe("refuse");
  }
});
