import type { Case } from "@ntd/proto/casework/v1/case";
import { nameOf } from "@ntd/facts";
import { derivedId } from "@ntd/service";

/** A person opened the address of a picture to judge it. One per person and picture. */
export interface View {
  schemaVersion: 1;
  picture: string;
  /** The first case in which it was opened. */
  caseId: string;
  viewedTime: Date;
  /** The newest ones in which that person asked to see it again. */
  again?: string[];
}

/** What a person viewed in one day. */
export interface ViewDay {
  schemaVersion: 1;
  /** Each view once, also where it is repeated after a crash. */
  views: string[];
  beganTime: Date;
}

/** Asked again so often: each is kept. */
const MOST = 50;

/** The same bytes, else the same picture, at any address; what was not fingerprinted is its target. */
export function pictureOf({ targetId, fingerprints }: Pick<Case, "targetId" | "fingerprints">): string {
  const found =
    fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256") ??
    fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_PDQ");
  if (found === undefined) return derivedId("viewed target", targetId);
  return derivedId("viewed", found.algorithm, Buffer.from(found.value).toString("hex"));
}

/** A name is one person under every kind of identity. */
export function viewIdOf(person: string, picture: string): string {
  return derivedId("view", nameOf(person), picture);
}

export function viewDayIdOf(person: string, day: string): string {
  return derivedId("view day", nameOf(person), day);
}

/** The other case in which the picture was seen, where it is not to be opened in this one. */
export function seenElsewhere(view: View | undefined, caseId: string): string | undefined {
  if (view === undefined || view.caseId === caseId || view.again?.includes(caseId) === true) return undefined;
  return view.caseId;
}

export function seenAgain(view: View, caseId: string): View {
  return { ...view, again: [...(view.again ?? []), caseId].slice(-MOST) };
}
