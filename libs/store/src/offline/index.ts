export { checkedCopy, type Contents } from "./copy.ts";
