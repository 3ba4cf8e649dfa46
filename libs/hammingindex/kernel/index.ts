export { open, openScratch } from "./memory";
export { buildBand } from "./build";
export { begin, finish, found } from "./nearest";
export { permuteQuery, permuteRows } from "./permute";
export { collect, countBand, probe, scan, touched } from "./search";
