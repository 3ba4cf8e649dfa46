export const STUB = "STUB: answers from a file, no link to any hotline";

/** What every answer says of itself. */
export const said = { stub: true, source: STUB } as const;
