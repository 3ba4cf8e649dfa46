import type { Notice } from "./notice.ts";

/** Who takes the next step. */
export function waitsFor({ progress }: Notice): "platform" | "handler" | "revision" | "person" | "nobody" {
  switch (progress.is) {
    case "received":
    case "handled":
      return "platform";
    case "acknowledged":
    case "handling":
      return "handler";
    case "suspended":
      return "revision";
    case "needs_person":
    case "refused":
      return "person";
    case "answered":
    case "restored":
      return "nobody";
  }
}
