import type { Access } from "@ntd/rpc";

/** Who may call what. What a maintainer may do with a connector the members of its set tell. */
export const access: Access = {
  "/ntd.exchange.v1.ExchangeService/ForgetConnector": ["operator"],
  "/ntd.exchange.v1.ExchangeService/ListConnectors": ["operator"],
  "/ntd.exchange.v1.ExchangeService/PullConnector": ["operator"],
  "/ntd.exchange.v1.FeedbackService/GiveFeedback": ["maintainer"],
  "/ntd.exchange.v1.FeedbackService/ListFeedback": ["maintainer", "operator"],
  "/ntd.exchange.v1.FeedbackService/ListFeedbackReasons": ["maintainer"],
};
