import type { Sealed } from "@ntd/proto/common/v1/common";
import { isSamePerson } from "@ntd/facts";
import type { CaseFile } from "../cases/case.ts";
import { wrongState, type Refusal } from "../refusal.ts";
import { blindLook } from "../second-look/second-look.ts";

/** What an assessor leaves for the next one. */
export interface Note {
  noteId: string;
  text: Sealed;
  writtenBy: string;
  writtenTime: Date;
}

/** All of them are kept with their case. */
const MOST = 100;

export function withNote(file: CaseFile, note: Note): CaseFile | Refusal {
  const notes = file.notes ?? [];
  if (notes.length >= MOST) return wrongState(`It has ${MOST} notes, and takes no more.`);
  return { ...file, notes: [...notes, note] };
}

/**
 * The notes that `person` may see. Who looks second sees none of who decided, which could tell what they decided, and
 * so not how many they wrote either.
 */
export function notesFor(file: CaseFile, person: string): Note[] {
  const look = blindLook(file);
  const decidedBy = look?.first.decidedBy;
  if (decidedBy === undefined || isSamePerson(decidedBy, person)) return file.notes ?? [];
  return (file.notes ?? []).filter(({ writtenBy }) => !isSamePerson(writtenBy, decidedBy));
}
