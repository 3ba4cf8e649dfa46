import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.browser.v1.BrowserService/Look": ["service/prober"],
};
