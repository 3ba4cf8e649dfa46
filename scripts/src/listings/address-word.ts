import { ERASED } from "@ntd/service";

/** An address as it is printed: one whose key was taken out is told apart from one that is not for who asks. */
export function addressWord({ url, addressErased }: { url: string; addressErased?: boolean | undefined }): string {
  return addressErased === true ? ERASED : url;
}
