import { setTimeout as delay } from "node:timers/promises";
import { attacks, type Aim } from "./attacks.ts";

// A process that attacks, so that its time is not taken from those who measure. Whoever is thrown out comes again.
const [name = "", times = "1", aim = "{}"] = process.argv.slice(2);
const attack = attacks[name];
if (attack === undefined) throw new Error(`no attack is called ${name}`);
let [turns, ends] = [0, 0];
for (let n = 0; n < Number(times); n += 1) void again();
setInterval(() => process.send?.({ turns, ends }), 100);

async function again(): Promise<never> {
  for (;;) {
    await attack?.(JSON.parse(aim) as Aim, () => (turns += 1)).catch(() => delay(10));
    ends += 1;
  }
}
