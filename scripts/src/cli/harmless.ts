const DRIVING = /[\p{Cc}\p{Bidi_Control}]/gu;

/** Text of others without the codes that drive a terminal. */
export function harmless(text: string): string {
  return text.replaceAll(DRIVING, "?");
}

/** The same JSON, with such codes written as escapes; its own line breaks stay. */
export function harmlessJson(json: string): string {
  return json.replaceAll(DRIVING, (code) =>
    code === "\n" ? code : `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
