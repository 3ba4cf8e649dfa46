import type { Access } from "@ntd/rpc";

/** Who may call what. */
export const access: Access = {
  "/ntd.hotline.v1.HotlineLinkService/SendRecord": ["service/takedown"],
  "/ntd.hotline.v1.HotlineLinkService/ListAnswers": ["service/takedown"],
};
