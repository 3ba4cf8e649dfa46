/** Events that may wait in one document: 50 of 256 KiB keep it under MongoDB's 16 MiB. */
export const MAX_WAITING = 50;
