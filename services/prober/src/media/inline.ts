/** The bytes of a `data:` URL; undefined for one that no browser reads. */
export function bytesOf(url: string): Uint8Array | undefined {
  const comma = url.indexOf(",");
  if (comma < 0) return undefined;
  const text = url.slice(comma + 1).replace(/#.*$/s, "");
  if (/;\s*base64\s*$/i.test(url.slice(Math.max(0, comma - 64), comma))) {
    // Buffer reads what is no base64 as far as it goes, and so do decoders of pictures.
    return Buffer.from(text.includes("%") ? unescaped(text).toString("latin1") : text, "base64");
  }
  return unescaped(text);
}

function unescaped(text: string): Buffer {
  const raw = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(raw, "latin1");
}
