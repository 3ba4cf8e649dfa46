import { NO_COUNTRIES } from "@ntd/facts";
import { expect, test } from "vitest";
import { policeRoutes } from "./police-route.ts";

test("police are told of what the data says, as it is now, and never of what is hosted here", () => {
  const file = { value: NO_COUNTRIES };
  const rules = policeRoutes(file, "MY");
  const told = () => ["XP", "NL", "MY"].map((country) => rules.isPoliceRoute(country));
  expect(told()).toEqual([false, false, false]);
  file.value = { ...NO_COUNTRIES, ways: new Map([["NL", "hotline"]]), otherwise: "police" };
  expect(told()).toEqual([true, false, false]);
});
