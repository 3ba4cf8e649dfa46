import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { COLLECTED } from "./collected.ts";

// Loaded before a service: what waits to be collected is nothing that it holds, and how much that is depends on how busy
// the machine is. It collects when it is told to and says when it has.
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as (options: object) => void;
const collect = () => gc({ type: "major", execution: "sync", flavor: "last-resort" });

process.on("SIGUSR2", () => {
  collect();
  // What it found is freed beside it, by whenever the next one begins.
  setImmediate(() => {
    collect();
    console.log(COLLECTED);
  });
});
