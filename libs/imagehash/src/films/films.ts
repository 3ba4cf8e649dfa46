// What telling and comparing films needs. A door of its own, because the main one loads native decoders.
export { CONTAINER_BYTES, containerOf } from "./container.ts";
export type { Container } from "./container.ts";
export { filmsLikeness, frameCounts } from "./likeness.ts";
export type { FilmsLikeness, Frame } from "./likeness.ts";
export { filmLengthFault, filmText, filmValue, framesInValue, framesOf, readFilmText } from "./film-value.ts";
export type { ListedFrame } from "./film-value.ts";
