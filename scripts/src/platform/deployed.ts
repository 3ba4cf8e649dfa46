import { join } from "node:path";

/** A file of those that come with the platform, under deploy/. */
export const deployed = (file: string): string => join(import.meta.dirname, "../../../deploy", file);
