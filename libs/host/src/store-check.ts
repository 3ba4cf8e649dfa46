import type { Check, Health } from "@ntd/service";
import type { Store } from "@ntd/store";

/** Health: the store answers. While it fills in what was declared later, it serves and says so. */
export function storeCheck(store: Pick<Store, "ping" | "filling">, health: Pick<Health, "degrade">): Check {
  return {
    name: "store",
    run() {
      health.degrade("store:FILLING", store.filling.length > 0);
      return store.ping();
    },
  };
}
