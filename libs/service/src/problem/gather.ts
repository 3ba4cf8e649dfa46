import { Problem, type FieldFault } from "./problem.ts";

type Readers = Readonly<Record<string, () => unknown>>;

/**
 * Reads the parts of a request, each by its own reader, and refuses all that is wrong with any of them at once: who sends
 * it again has mended everything.
 *
 * @param ofFirst read as well where a part is refused, and no value of them is returned: what a repeat of a call that was
 * taken is not held to, such as a time that was to come.
 * @throws Problem FIELD_INVALID with the faults of every part; anything else that a reader throws, as it is.
 */
export function gather<R extends Readers>(readers: R, ofFirst: Readers = {}): { [N in keyof R]: ReturnType<R[N]> } {
  const faults: FieldFault[] = [];
  const read = Object.entries(readers).map(([name, reader]) => [name, noting(reader, faults)]);
  if (faults.length > 0) {
    for (const reader of Object.values(ofFirst)) noting(reader, faults);
    throw Problem.fields(...faults);
  }
  return Object.fromEntries(read) as { [N in keyof R]: ReturnType<R[N]> };
}

function noting(reader: () => unknown, faults: FieldFault[]): unknown {
  try {
    return reader();
  } catch (error) {
    if (!(error instanceof Problem) || error.fields.length === 0) throw error;
    faults.push(...error.fields);
    return undefined;
  }
}
