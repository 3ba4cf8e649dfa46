import type { Check, Health } from "@ntd/service";
import type { Store } from "@ntd/store";

/** Health: the store answers. While it fills in what was declared later, or has no room for more, it serves and says so. */
export function storeCheck(store: Pick<Store, "ping" | "filling" | "isFull">, health: Pick<Health, "degrade">): Check {
  return {
    name: "store",
    async run() {
      health.degrade("store:FILLING", store.filling.length > 0);
      await store.ping();
      health.degrade("store:STORE_FULL", store.isFull);
    },
  };
}
