import type { FetchRules } from "../src/fetch/fetch.ts";

/** For tests: asked by a browser eye by the machine's own network. */
export const asked: Pick<FetchRules, "eye" | "asWhom"> = {
  eye: {
    name: "browser",
    network: "main",
    country: "ZZ",
    profile: "browser",
    via: { is: "direct" },
    exit: "owned",
  },
  asWhom: { userAgent: "ntd-prober/test", contact: "", browserVersion: 138 },
};
