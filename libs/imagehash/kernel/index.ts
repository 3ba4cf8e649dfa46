// The part of hashing that touches every pixel. The host hands over the rows of a picture in strips of eight, so that
// memory stays small and warm however large the picture is. One picture at a time: the state is global.
export { addBlocks, blockSums, openBlocks } from "./blocks";
export { cosines, transform } from "./dct";
export { addAlpha, alphaLeast, alphaMixed, alphaMost, alphaSum, openLayers, putOn, uncover } from "./layers";
export { closeShrink, openShrink, phases, shrinkRows } from "./shrink";
