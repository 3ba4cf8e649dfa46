export { bringForward, readJournal, type Forward } from "./bring-forward.ts";
export { checkedCopy, type Contents } from "./copy.ts";
