import type { FeedbackState } from "../feedback/feedback.ts";
import type { Kind } from "../feedback/named-hash.ts";
import { pathOf } from "./entries-url.ts";

/** Where feedback on an entry is put; undefined for an id that would lead to another place. */
export function feedbackUrl(base: URL, { member, id }: { member: string; id: string }, kind: Kind): URL | undefined {
  const parts = [member, id].map((part) => encodeURIComponent(part));
  const path = `${pathOf(base)}/v2/entries/${parts.join("/")}/${kind.toUpperCase()}/feedback`;
  const url = new URL(path, base);
  return url.pathname === path && !parts.includes("") ? url : undefined;
}

export function reasonsUrl(base: URL, kind: Kind): URL {
  return new URL(`${pathOf(base)}/v2/feedback/${kind.toUpperCase()}/reasons`, base);
}

/** What is said, as the API documents it: no word of who said it. */
export function feedbackXml({ opinion, reasons }: Pick<FeedbackState, "opinion" | "reasons">): string {
  const guids = reasons.map(({ id }) => `<guid>${id}</guid>`).join("");
  const vote = opinion === "AGREE" ? "<affirmative/>" : `<negative><reasonIds>${guids}</reasonIds></negative>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    `<feedbackSubmission xmlns="https://hashsharing.ncmec.org/hashsharing/v2">${vote}</feedbackSubmission>`
  );
}
