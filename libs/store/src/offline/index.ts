export { bringForward, readJournal, type BroughtForward, type Forward } from "./bring-forward.ts";
export { checkedCopy, type Contents } from "./copy.ts";
export { raiseVersions } from "./raise-versions.ts";
