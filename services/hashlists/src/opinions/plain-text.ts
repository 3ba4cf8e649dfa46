import type { FieldFault } from "@ntd/service";

const MOST = 1000;

/** Something that leads to material: an address, or hexadecimal digits as many as the shortest hash has. */
const LEADS = /:\/\/|\bwww\.|\b[a-z0-9-]+(\.[a-z0-9-]+)+\/\S|[0-9a-f]{32}/i;

/** What is wrong with a text for other members; undefined when nothing is. */
export function textFault(field: string, text: string, { isOptional = false } = {}): FieldFault | undefined {
  const { length } = text.trim();
  if ((length === 0 && !isOptional) || length > MOST) {
    const least = isOptional ? "at most" : "1 to";
    return { field, description: `has ${length} characters; it takes ${least} ${MOST}` };
  }
  if (!LEADS.test(text)) return undefined;
  return { field, description: "holds an address or a hash; name the entry by its id, and the case by its own" };
}
