import type { Rendition, RenditionKind } from "@ntd/proto/common/v1/common";

/** What a hit calls a further picture of a file: "frame 7", "inner", "frame 7, inner", "on black". */
export function renditionName({ kinds, frame }: Pick<Rendition, "kinds" | "frame">): string {
  return kinds.map((kind) => (kind === "RENDITION_KIND_FRAME" ? `frame ${frame ?? 0}` : WORDS[kind])).join(", ");
}

/** Which picture of a file a rendition shows: frames are pictures of their own; without its border, one is the same. */
export function pictureOf(rendition: string | undefined): string {
  return /^frame \d+/.exec(rendition ?? "")?.[0] ?? "";
}

const WORDS: Readonly<Record<Exclude<RenditionKind, "RENDITION_KIND_FRAME">, string>> = {
  RENDITION_KIND_INNER: "inner",
  RENDITION_KIND_ON_BLACK: "on black",
  // Of a newer release: it is looked up all the same.
  RENDITION_KIND_UNSPECIFIED: "other",
  UNRECOGNIZED: "other",
};
