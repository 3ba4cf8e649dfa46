/** What random pixels look like: some of them bring a hash to its borders. */
export type Kind = "noise" | "one colour" | "gradient" | "holes" | "few colours";

/** RGBA pixels of a kind; the same seed gives the same ones. */
export function randomPixels(kind: Kind, width: number, height: number, seed: number): Uint8Array {
  let state = (Math.abs(seed) % 2_147_483_646) + 1;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const [red, green, blue] = [next(256), next(256), next(256)];
  const pixels = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    pixels.set(pixelOf(x, y), i * 4);
  }
  return pixels;

  function pixelOf(x: number, y: number): number[] {
    switch (kind) {
      case "noise":
        return [next(256), next(256), next(256), 255];
      case "one colour":
        return [red, green, blue, 255];
      case "gradient":
        return [(x * 255) / width, (y * 255) / height, ((x + y) * 127) / (width + height), 255].map(Math.floor);
      case "holes":
        return [next(256), next(256), next(256), next(3)];
      case "few colours":
        return [next(2) * 255, 0, 255, 255];
      default:
        return kind satisfies never;
    }
  }
}
