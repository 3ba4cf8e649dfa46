/** More is no word about pictures. */
const MOST_CHARS = 512 * 1024;
const MOST_NODES = 20_000;

/**
 * Addresses of pictures and films in a page's JSON-LD (schema.org): `contentUrl`, `thumbnailUrl`, `image` and the like,
 * wherever they stand, and `url` of what is an `ImageObject`.
 */
export function mediaInJsonLd(text: string): string[] {
  if (text.length > MOST_CHARS) return [];
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return [];
  }
  // One after the other: what a call is given as its arguments must fit on the stack.
  const found: string[] = [];
  const nodes: unknown[] = [root];
  for (let at = 0; at < nodes.length && at < MOST_NODES; at++) {
    const node = nodes[at];
    if (Array.isArray(node)) for (const one of node.slice(0, MOST_NODES)) nodes.push(one);
    else if (typeof node === "object" && node !== null)
      for (const one of readNode(node as Record<string, unknown>, nodes)) found.push(one);
  }
  return found;
}

const ADDRESSES = new Set(["contentUrl", "thumbnailUrl", "image", "thumbnail", "primaryImageOfPage", "photo"]);

function readNode(node: Record<string, unknown>, nodes: unknown[]): string[] {
  const isImage = [node["@type"]].flat().includes("ImageObject");
  return Object.entries(node).flatMap(([key, value]) => {
    if (typeof value === "object" && value !== null) nodes.push(value);
    if (!ADDRESSES.has(key) && !(key === "url" && isImage)) return [];
    return [value].flat().filter((one) => typeof one === "string");
  });
}
