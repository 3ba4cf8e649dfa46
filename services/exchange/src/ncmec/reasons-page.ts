import { StrictXml } from "@ntd/xml";
import type { Reason } from "../feedback/feedback.ts";
import { NoPage, SENTENCES } from "./entries-page.ts";

/** A GUID, or what is as harmless within XML. */
const ID = /^[\w{}-]{1,64}$/;
const MOST = 100;
const MOST_NAME = 200;

/**
 * The reasons that an exchange names.
 *
 * @throws NoPage for what names none.
 */
export function reasonsIn(text: string): Reason[] {
  const reasons: Reason[] = [];
  const xml = new StrictXml({
    open: (path, { attributes }) => {
      if (path.at(-1) !== "reason" || path.at(-2) !== "availableFeedbackReasons") return;
      const id = attributes["guid"]?.value ?? "";
      const name = (attributes["name"]?.value ?? "").slice(0, MOST_NAME);
      if (ID.test(id) && reasons.length < MOST) reasons.push({ id, name });
    },
    close: () => undefined,
    refuse: (fault) => new NoPage(SENTENCES[fault]),
  });
  xml.push(text);
  xml.end();
  if (reasons.length === 0) throw new NoPage("It names no reason by which to disagree.");
  return reasons;
}
