import type { Classification, ClassificationRelation as Relation } from "@ntd/proto/common/v1/common";
import { fieldsIn, itemsIn, shown, textIn, type Fault } from "@ntd/service";
import { MAX_TITLE, optionalText, unverifiedIn } from "./scheme.ts";

/** What a code of one scheme says beside that of another. */
export interface Neighbour {
  of: Classification;
  neighbour: Classification;
  /** Of the neighbour to what was said. */
  relation: Relation;
  /** What the neighbour does not tell of it. */
  loses: string[];
  /** Who says so. */
  source: string;
  /** Why it is not to be relied upon. */
  unverified?: string;
}

const RELATIONS = new Map<unknown, Relation>([
  ["equal", "CLASSIFICATION_RELATION_EQUAL"],
  ["narrower", "CLASSIFICATION_RELATION_NARROWER"],
  ["broader", "CLASSIFICATION_RELATION_BROADER"],
  ["related", "CLASSIFICATION_RELATION_RELATED"],
]);

/** What a code may not tell that another one does: the kind of act, an age, by whose law, whether it is real, who looked. */
const LOSSES: ReadonlySet<unknown> = new Set(["act", "age", "law", "realness", "review"]);

/** What codes say of each other, in a file: `source` and `unverified` of the file hold where a row has none of its own. */
export function mappingsIn(data: unknown, fault: Fault): Neighbour[] {
  const fields = fieldsIn(data, "", fault, ["source", "unverified", "mappings"]);
  const beside = {
    source: optionalText(fields.get("source"), "source", fault),
    unverified: optionalText(fields.get("unverified"), "unverified", fault),
  };
  return itemsIn(fields.get("mappings"), "mappings", fault).flatMap((row, index) =>
    mappingIn(row, `mappings[${index}]`, beside, fault),
  );
}

function mappingIn(
  data: unknown,
  at: string,
  beside: { source: string | undefined; unverified: string | undefined },
  fault: Fault,
): Neighbour[] {
  const fields = fieldsIn(data, at, fault, ["from", "to", "relation", "loses", "source", "unverified"]);
  const of = classificationIn(fields.get("from"), `${at}.from`, fault);
  const neighbour = classificationIn(fields.get("to"), `${at}.to`, fault);
  const relation = RELATIONS.get(fields.get("relation"));
  if (relation === undefined) {
    fault(`${at}.relation`, `is ${shown(fields.get("relation"))}, and none of ${[...RELATIONS.keys()].join(", ")}`);
  }
  const loses = lossesIn(fields.get("loses") ?? [], `${at}.loses`, fault);
  if (relation === "CLASSIFICATION_RELATION_EQUAL" && loses.length > 0) {
    fault(`${at}.loses`, "names something, and what is equal loses nothing");
  } else if (relation !== undefined && relation !== "CLASSIFICATION_RELATION_EQUAL" && loses.length === 0) {
    fault(`${at}.loses`, `is empty; what is not equal loses something: ${[...LOSSES].join(", ")}`);
  }
  const source = textIn(fields.get("source") ?? beside.source, `${at}.source`, fault, MAX_TITLE);
  const unverified = unverifiedIn(fields.get("unverified") ?? beside.unverified, `${at}.unverified`, fault);
  if (of === undefined || neighbour === undefined || relation === undefined) return [];
  return [{ of, neighbour, relation, loses, source, ...unverified }];
}

function lossesIn(data: unknown, at: string, fault: Fault): string[] {
  return itemsIn(data, at, fault).flatMap((loss, index) => {
    if (LOSSES.has(loss)) return [String(loss)];
    fault(`${at}[${index}]`, `is ${shown(loss)}, and none of ${[...LOSSES].join(", ")}`);
    return [];
  });
}

function classificationIn(data: unknown, at: string, fault: Fault): Classification | undefined {
  const text = textIn(data, at, fault, MAX_TITLE);
  if (text === "") return undefined;
  const [scheme = "", version = "", code = "", ...more] = text.split(":");
  if (scheme !== "" && version !== "" && code !== "" && more.length === 0) return { scheme, version, code };
  fault(at, `is ${shown(text)}, and no "scheme:version:code"`);
  return undefined;
}
