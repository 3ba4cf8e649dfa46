import { expect, test } from "vitest";
import { edited, editAway, entriesOf, type Profile } from "./provider-edit.ts";

test("of one that is taken away nothing is left that it is found by, its countries too", () => {
  const hotline: Profile = {
    displayName: "Hotline abroad",
    domains: ["host.example"],
    prefixes: ["192.0.2.0/24"],
    roles: [],
    identities: [],
    route: "ROUTE_HOTLINE",
    countries: { countries: ["NL", "BE"] },
  };
  const { domains, prefixes, identities, countries, route } = edited(hotline, editAway(hotline));
  expect([domains, prefixes, identities, entriesOf(countries)]).toEqual([[], [], [], []]);
  expect(route).toBe("ROUTE_HOTLINE");
});
