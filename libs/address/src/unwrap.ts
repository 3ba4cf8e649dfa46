/** An address out of what stood around it; `isExact`: its ends were marked. */
export interface Unwrapped {
  text: string;
  isExact: boolean;
}

const LAYERS = 5;

/** Takes off brackets, quotation marks, Markdown, BBCode and HTML, one layer after the other. */
export function unwrapped(pasted: string): Unwrapped {
  let now: Unwrapped = { text: pasted, isExact: false };
  for (let layer = 0; layer < LAYERS; layer++) {
    const next = markup(now.text) ?? bracketed(now.text) ?? quoted(now.text);
    if (next === undefined) break;
    now = { text: next.text.trim(), isExact: next.isExact || now.isExact };
  }
  return now;
}

const exact = (text: string | undefined) => (text === undefined ? undefined : { text, isExact: true });

function markup(text: string): Unwrapped | undefined {
  const [, label = "", target] = /^!?\[([^\]]*)\]\(\s*<?([^\s<>]+?)>?(?:\s+"[^"]*")?\s*\)$/.exec(text) ?? [];
  // A label that is another address is one of two.
  if (target !== undefined)
    return exact(/^h[tx]{2}ps?:/i.test(label) && label !== target ? `${label} ${target}` : target);
  const [, , value, content] = /^\[(url|img|video|media)(?:=["']?([^\]"']*)["']?)?\](.*)\[\/\1\]$/is.exec(text) ?? [];
  if (content !== undefined) return exact(value ?? content);
  return /^<(?:a|img|video|source)\s/i.test(text) ? exact(linksIn(text)) : undefined;
}

function linksIn(html: string): string | undefined {
  const links = [...html.matchAll(/\s(?:href|src)\s?=\s?(?:"([^"]*)"|'([^']*)')/gi)].map(([, a, b]) => a ?? b ?? "");
  const plain = links.map((link) => link.trim().replaceAll(/&(?:amp|#38|#x26);/gi, "&"));
  return plain.length === 0 ? undefined : [...new Set(plain)].join(" ");
}

// RFC 3986, appendix C: what stands between them is the address to its last character.
function bracketed(text: string): Unwrapped | undefined {
  return exact(/^<(?:url:)?([^<>]*)>[.,;:!?…]*$/i.exec(text)?.[1]);
}

/** What an address cannot begin with, and how it is closed. */
const CLOSED_BY: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "*": "*",
  _: "_",
  "“": "”“",
  "„": "“”",
  "‘": "’",
  "‚": "‘’",
  "«": "»",
  "»": "«",
  "‹": "›",
  "(": ")",
  "[": "]",
  "{": "}",
  "<": ">",
  "「": "」",
  "『": "』",
  "【": "】",
  "《": "》",
  "（": "）",
  "＜": "＞",
};

/** The other half may be missing, and marks of the sentence may be behind it. */
function quoted(text: string): Unwrapped | undefined {
  const closing = CLOSED_BY[text.charAt(0)];
  if (closing === undefined) return undefined;
  const end = Math.max(...Array.from(closing, (close) => text.lastIndexOf(close)));
  const isWhole = end > 0 && /^[.,;:!?…。、，！？；：]*$/.test(text.slice(end + 1));
  return { text: isWhole ? text.slice(1, end) : text.slice(1), isExact: false };
}
