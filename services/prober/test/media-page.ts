/** A page in the shape of something that exists, and the pictures and films that a person sees there. */
export interface MediaPage {
  name: string;
  html: string;
  /** Absolute, or below the page's own host; in any order. */
  shows: readonly string[];
  /** Nobody sees these there, or nobody may ask for them. */
  not?: readonly string[];
  frames?: readonly string[];
}

/** Where each of them stands. */
export const AT = "https://board.example/b/thread/77.html";

/** The page of a body. */
export const doc = (body: string, head = "") =>
  `<!doctype html><html><head><title>x</title>${head}</head><body>${body}</body></html>`;
export const many = (count: number, one: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => one(at + 1));
