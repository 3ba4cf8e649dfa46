import { readTokens, type Tokens } from "./tokens.ts";

/** What a page would show and ask, as far as that can be told without running or drawing it. */
export interface Page {
  title: string;
  /** What it would show, without its title. Not what only those read who run no scripts. */
  text: string;
  /** Of the text, what does not stand in its header, menus, side or foot. */
  main: string;
  /** What it says to those who run no scripts. */
  unscripted: string;
  /** Its forms that are shown; the first holds the fields that belong to no form. */
  forms: readonly Form[];
  /** What its links and buttons say. */
  controls: readonly string[];
  /** Its tags with their attributes, one a line, in small letters: `div id=a class=b c`. */
  tags: string;
  scripts: string;
}

export interface Form {
  /** Whether it stands in the header, a menu, at the side or the foot, or waits to be opened. */
  aside: boolean;
  fields: readonly Field[];
}

export interface Field {
  type: string;
  name: string;
  aside: boolean;
}

/** Reads a page in one pass and in time that grows with its length alone, whatever it holds. */
export function readPage(html: string): Page {
  const reader = new PageReader();
  readTokens(html, reader);
  return reader.page();
}

/** An element that is open. What holds of it holds of what is in it. */
interface Open {
  name: string;
  hidden: boolean;
  aside: boolean;
  /** Of the form that it is in. */
  form: number;
}

interface OpenForm {
  aside: boolean;
  fields: Field[];
}

class PageReader implements Tokens {
  readonly #parts = { title: [], text: [], main: [], unscripted: [], tags: [], scripts: [] } as Record<
    "title" | "text" | "main" | "unscripted" | "tags" | "scripts",
    string[]
  >;
  readonly #forms: OpenForm[] = [{ aside: false, fields: [] }];
  readonly #controls: string[] = [];
  readonly #open: Open[] = [];
  #control: string[] | undefined;
  /** Drawings in the page have titles too. */
  #titled = false;

  page(): Page {
    const { title, text, main, unscripted, tags, scripts } = this.#parts;
    this.#endControl();
    return {
      title: title.join("").trim(),
      text: text.join(""),
      main: main.join(""),
      unscripted: unscripted.join(""),
      tags: tags.join("\n"),
      scripts: scripts.join("\n"),
      forms: this.#forms,
      controls: this.#controls,
    };
  }

  closed(name: string): void {
    if (CONTROLS.has(name)) this.#endControl();
    if (name === "title") this.#titled = true;
    if (!INLINE.has(name)) this.#say("\n");
    const lowest = Math.max(0, this.#open.length - CLOSES_WITHIN);
    for (let at = this.#open.length - 1; at >= lowest; at--) {
      if (this.#open[at]?.name === name) return void (this.#open.length = at);
    }
  }

  text(text: string): void {
    this.#say(text);
  }

  opened(name: string, attributes: ReadonlyMap<string, string>): void {
    const shown = [...attributes].filter(([key]) => !UNREAD.test(key));
    this.#parts.tags.push([name, ...shown.map(([key, value]) => `${key}=${value}`)].join(" ").toLowerCase());
    if (this.#open.at(-1)?.name === name && ENDS_ITS_LIKE.has(name)) this.#open.pop();
    if (!INLINE.has(name)) this.#say("\n");
    const above = this.#open.at(-1) ?? { hidden: false, aside: false, form: 0 };
    const open: Open = {
      name,
      hidden: above.hidden || isHidden(name, attributes),
      aside: above.aside || isAside(name, attributes),
      form: above.form,
    };
    if (name === "form" && !open.hidden) open.form = this.#forms.push({ aside: open.aside, fields: [] }) - 1;
    if (FIELDS.has(name) && !open.hidden) this.#field(open, attributes);
    if (CONTROLS.has(name)) {
      this.#endControl();
      if (!open.hidden) this.#control = [];
    }
    if (!VOID.has(name)) this.#open.push(open);
  }

  #field({ name, aside, form }: Open, attributes: ReadonlyMap<string, string>): void {
    const type = name === "input" ? (attributes.get("type") ?? "text").trim().toLowerCase() : name;
    if (/^(?:submit|button|image)$/.test(type))
      this.#controls.push(attributes.get("value") ?? attributes.get("alt") ?? "");
    else if (type !== "hidden") {
      const called = ["name", "id", "autocomplete", "placeholder"].map((key) => attributes.get(key) ?? "").join(" ");
      this.#forms[form]?.fields.push({ type, name: called.toLowerCase(), aside });
    }
  }

  #endControl(): void {
    if (this.#control !== undefined) this.#controls.push(this.#control.join("").trim());
    this.#control = undefined;
  }

  #say(text: string): void {
    const place = this.#open.at(-1);
    if (place?.name === "title") return void (this.#titled || this.#parts.title.push(text));
    if (place?.name === "script") return void this.#parts.scripts.push(text);
    if (place !== undefined && (place.hidden || UNSHOWN.has(place.name))) return;
    // Elements of a noscript are few: what is above the innermost is looked at no deeper than tags close.
    if (this.#open.slice(-8).some(({ name }) => name === "noscript")) return void this.#parts.unscripted.push(text);
    this.#parts.text.push(text);
    if (place?.aside !== true) this.#parts.main.push(text);
    this.#control?.push(text);
  }
}

/** A closing tag is looked for no deeper, so that a page of nothing but tags takes no quadratic time. */
const CLOSES_WITHIN = 64;

const names = (list: string): ReadonlySet<string> => new Set(list.split(" "));
const VOID = names("area base br col embed hr img input link meta param source track wbr");
const INLINE = names("a b i em strong span u s small big font code tt abbr label sub sup mark q cite wbr time ins del");
const ENDS_ITS_LIKE = names("p li td th tr dt dd option");
const FIELDS = names("input textarea select");
const CONTROLS = names("a button");
/** What is in them is not shown, or not as text. */
const UNSHOWN = names("style template iframe noembed noframes textarea option select");
const UNREAD = /^(?:style|value|alt|title|d|on.*|placeholder)$/;

function isHidden(name: string, attributes: ReadonlyMap<string, string>): boolean {
  if (attributes.has("hidden") || name === "template" || (name === "dialog" && !attributes.has("open"))) return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden/i.test(attributes.get("style") ?? "");
}

function isAside(name: string, attributes: ReadonlyMap<string, string>): boolean {
  if (/^(?:header|nav|aside|footer|menu)$/.test(name)) return true;
  if (/^(?:html|body|main)$/.test(name)) return false;
  return ASIDE.test(`${attributes.get("id") ?? ""} ${attributes.get("class") ?? ""} ${attributes.get("role") ?? ""}`);
}

/** By what pages without such elements name these parts. */
const ASIDE =
  /(?:^|\s)(?:(?:site|main|page|global|top)?[_-]?(?:header|nav|navbar|navigation|menu|footer|bar|toolbar)|masthead|side-?bar|modal|pop-?up|drop-?down(?:-menu)?|off-?canvas|contentinfo|banner)(?:$|\s)/i;
