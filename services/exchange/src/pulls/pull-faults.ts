import type { Failed } from "../connectors/fault.ts";
import { MOST_PAGES } from "./range.ts";

export const ENDLESS: Failed = {
  fault: "LIMIT",
  sentence: `Pages have no end: over 4 GiB, or ${MOST_PAGES} pages, and more behind them. Ask the partner.`,
  isPassing: false,
};

export const RESTLESS: Failed = {
  fault: "PAGE",
  sentence: "The partner starts over again and again among its pages.",
  isPassing: false,
};

export const BROKE_OFF: Failed = {
  fault: "BROKE_OFF",
  sentence: "It broke off for a reason that has no name here; the log of exchange has it.",
  isPassing: true,
};
