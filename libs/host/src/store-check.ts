import type { Check, Health } from "@ntd/service";
import type { Store } from "@ntd/store";

type Filling = Pick<Store, "ping"> & { readonly filling?: readonly string[] };

/** Health: the store answers. While it fills in what was declared later, it serves and says so. */
export function storeCheck(store: Filling, health: Pick<Health, "degrade">): Check {
  return {
    name: "store",
    run() {
      health.degrade("store:FILLING", (store.filling ?? []).length > 0);
      return store.ping();
    },
  };
}
