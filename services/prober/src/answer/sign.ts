/**
 * Something by which a wall is known. Everything that is given must be there. Unless it says so `alone`, a sign counts only
 * on a page with little else to read, and one of markup, headers or cookies not against the page's own word that something is gone.
 */
export interface Sign {
  name: string;
  /** Where it is known from. */
  source: string;
  /** Enough whatever else the page says and whatever its status. */
  alone?: true;
  /** More words than these make it another page; 150 unless told. */
  words?: number;
  status?: readonly number[];
  /** In the address that answered, after all redirects, without its scheme. */
  url?: RegExp;
  /** A header by its name, and its value in small letters. */
  header?: readonly [name: string, value: RegExp];
  /** Beginning of a cookie that is set. */
  cookie?: RegExp;
  /** In the page as it came; a text in small letters. */
  markup?: string | RegExp;
  /** In the tags, with their attributes, in small letters. */
  tags?: RegExp;
  scripts?: readonly RegExp[];
  title?: RegExp;
  /** In what is to be read, title and what is said to those without scripts included; in small letters. */
  text?: RegExp;
  /** Only if the page asks for nothing else: a captcha guards a form on many ordinary pages. */
  asksNothing?: true;
}
