/** A line of a service's log: it has collected its garbage. */
export const COLLECTED = "collected";
