/** Whether an address looks like that of a picture or a film: by the end of its path, or of a value of its query. */
export function isMediaName({ pathname, searchParams }: URL): boolean {
  if (ENDS.test(pathname)) return true;
  return [...searchParams.values()].some((value) => ENDS.test(value));
}

// Some hosts name a size behind it: "a.jpg:large".
const ENDS =
  /\.(?:jpe?g|jpe|jfif|pjpeg|png|apng|gif|webp|avif|bmp|tiff?|hei[cf]|jxl|mp4|m4v|webm|mov|qt|avi|mkv|mpe?g|wmv|flv|3gp|ogv)(?::\w{1,16})?$/i;
