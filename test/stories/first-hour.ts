/** One line that a page has somebody type, and what it shows of the answer. */
export interface Typed {
  who: string;
  words: string[];
  shown: string[];
}

/** What the console blocks of a page have people type, in order. */
export function typedOn(page: string): Typed[] {
  return blocksOf(page, "console")
    .flatMap((block) => block.split(/^(?=\w+\$ ntd )/m))
    .map((step) => {
      const [line = "", ...shown] = step.trimEnd().split("\n");
      const [, who = "", typed = ""] = /^(\w+)\$ ntd (.*)$/.exec(line) ?? [];
      return { who, words: [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => a ?? b ?? ""), shown };
    });
}

export function blocksOf(page: string, kind: string): string[] {
  return [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, is, text = ""]) => (is === kind ? [text] : []));
}

/** Ids differ from run to run: each one's first eight characters on the page, and in this run. */
export type Ids = Map<string, string>;

const PARTS = /( +|…|\b[0-9a-f]{8}\b)/;

/** What is typed in this run. */
export function ofThisRun(words: readonly string[], ids: Ids): string[] {
  return words.map((word) => ids.get(word) ?? word);
}

/** The first line that is shown and not said, in this order; `…` stands for anything. Ids that are new are learnt. */
export function notSaid(shown: readonly string[], said: string, ids: Ids): string | undefined {
  const lines = said.split("\n");
  let from = 0;
  for (const line of shown) {
    const at = lines.findIndex((one, index) => index >= from && isShown(line, one, ids));
    if (at < 0) return line;
    from = at + 1;
  }
  return undefined;
}

function isShown(shown: string, said: string, ids: Ids): boolean {
  const found = new RegExp(`^${patternOf(shown, ids)}$`).exec(said);
  for (const [name, id] of Object.entries(found?.groups ?? {})) ids.set(name.slice(1), id);
  return found !== null;
}

function patternOf(shown: string, ids: Ids): string {
  const pattern = (part: string) => {
    if (part === "…") return ".*";
    if (/^ +$/.test(part)) return " +";
    if (/^[0-9a-f]{8}$/.test(part)) return ids.get(part) ?? `(?<i${part}>[0-9a-f]{8})`;
    return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  };
  return shown.split(PARTS).map(pattern).join("");
}
