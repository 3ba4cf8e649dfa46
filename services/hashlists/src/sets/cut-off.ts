/**
 * A call writes its share into the set's document, and what it is the share of right behind that. Where that is not there
 * after so long the call was cut off in between: nobody holds such a share.
 */
export const CUT_OFF_MS = 60_000;
