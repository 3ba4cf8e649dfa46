import data from "is-antibot/providers.json" with { type: "json" };
import type { Sign } from "./sign.ts";

/** A rule as the data has it; of the kinds only those that are used. */
interface Rule {
  header?: string;
  equals?: string;
  startsWith?: string;
  oneOf?: readonly string[];
  exists?: boolean;
  except?: string;
  cookie?: string;
  contains?: string;
  regex?: string;
  flags?: string;
}

interface Detection {
  type: string;
  technique?: string;
  domain?: string;
  domainWithoutSuffix?: string;
  statusCodes?: readonly number[];
  rules: readonly Rule[];
}

/** What its providers do on ordinary pages too, or say of other things than challenges. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  // They measure the visitors of ordinary pages.
  "meetrics",
  "ocule",
  "threatmetrix",
  "cheq",
  "shapesecurity",
  // Errors of the host behind it, and films that are gone.
  "cloudfront",
  "youtube",
]);

/**
 * The rules of npm's is-antibot, by headers, cookies and markup, as signs. Those for single hosts are left out, and so
 * are those by status and address, which are judged elsewhere; and of its expressions those that try a gap of any length at
 * every place, since a hostile page would make them take quadratic time.
 */
export const ANTIBOT: readonly Sign[] = data.providers
  .filter(({ name }) => !LEFT_OUT.has(name))
  .flatMap(({ name, detections }) =>
    (detections as readonly Detection[]).flatMap((detection) => signsOf(name, detection)),
  );

function signsOf(name: string, { type, technique, statusCodes, rules, ...bound }: Detection): Sign[] {
  if (bound.domain !== undefined || bound.domainWithoutSuffix !== undefined) return [];
  const common = {
    name,
    source: "is-antibot",
    ...(statusCodes === undefined ? {} : { status: statusCodes }),
    ...(technique === "captcha" ? { asksNothing: true as const } : {}),
  };
  return rules.flatMap((rule): Sign[] => {
    if (type === "headers" && rule.header !== undefined) return [{ ...common, header: [rule.header, valueOf(rule)] }];
    // Set on ordinary pages too, where the status does not say otherwise.
    if (type === "cookies" && rule.cookie !== undefined) {
      return [
        {
          ...common,
          cookie: new RegExp(`^${literal(rule.cookie)}`),
          ...(statusCodes === undefined ? { words: 8 } : {}),
        },
      ];
    }
    if (type !== "html") return [];
    if (rule.contains !== undefined) return [{ ...common, markup: rule.contains.toLowerCase() }];
    if (rule.regex === undefined || rule.regex.includes("[^>]*")) return [];
    return [{ ...common, markup: new RegExp(rule.regex, rule.flags ?? "i") }];
  });
}

function valueOf({ equals, startsWith, oneOf, except }: Rule): RegExp {
  if (equals !== undefined) return new RegExp(`^${literal(equals)}$`, "i");
  if (startsWith !== undefined) return new RegExp(`^${literal(startsWith)}`, "i");
  if (oneOf !== undefined) return new RegExp(`^(?:${oneOf.map(literal).join("|")})$`, "i");
  return except === undefined ? /./ : new RegExp(`^(?!${literal(except)}$).`, "i");
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
