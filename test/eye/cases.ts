import type { Case } from "./case.ts";
import { absent, replaced } from "./gone-cases.ts";
import { shownToSome, stillThere } from "./present-cases.ts";
import { picture, type Pictures } from "./shows.ts";
import { silence } from "./silence-cases.ts";
import { walls } from "./wall-cases.ts";

/** Every case, with its right end. */
export function casesOf(pictures: Pictures): Case[] {
  const { known, other } = pictures;
  const material = picture(known);
  return [
    ...stillThere(pictures),
    ...shownToSome(material, picture(other)),
    ...walls(pictures),
    ...silence(known),
    ...replaced(pictures),
    ...absent(),
  ];
}
