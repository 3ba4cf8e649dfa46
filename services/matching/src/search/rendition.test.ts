import type { RenditionKind } from "@ntd/proto/common/v1/common";
import { expect, test } from "vitest";
import { pictureOf, renditionName } from "./rendition.ts";

test.each<[RenditionKind[], number | undefined, string, string]>([
  [["RENDITION_KIND_FRAME"], 7, "frame 7", "frame 7"],
  [["RENDITION_KIND_FRAME", "RENDITION_KIND_INNER"], 12, "frame 12, inner", "frame 12"],
  [["RENDITION_KIND_FRAME", "RENDITION_KIND_ON_BLACK"], 0, "frame 0, on black", "frame 0"],
  [["RENDITION_KIND_INNER"], undefined, "inner", ""],
  [["RENDITION_KIND_ON_BLACK"], undefined, "on black", ""],
  [["UNRECOGNIZED"], undefined, "other", ""],
])("%j of %s is called %s and shows the picture %j", (kinds, frame, name, picture) => {
  expect(renditionName({ kinds, frame })).toBe(name);
  expect(pictureOf(name)).toBe(picture);
});

test("what has no name is the picture itself", () => expect(pictureOf(undefined)).toBe(""));
