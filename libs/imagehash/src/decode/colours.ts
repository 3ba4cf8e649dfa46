import type { Colours } from "./png-colours.ts";

/** Applies what a PNG says of its colours; alpha stays. Values have 8 or 16 bits, what comes out has 8. */
export function inSrgb(values: Uint8Array | Uint16Array, channels: 3 | 4, colours: Colours): Uint8Array {
  const most = values instanceof Uint16Array ? 65_535 : 255;
  const light = Float64Array.from({ length: most + 1 }, (_, value) => (value / most) ** colours.exponent);
  const out = new Uint8Array(values.length);
  const { matrix } = colours;
  if (matrix === undefined) {
    const shown = Uint8Array.from(light, shownAs);
    for (let i = 0; i < values.length; i++) out[i] = shown[values[i] as number] as number;
  } else {
    const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix as unknown as readonly [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < values.length; i += channels) {
      const red = light[values[i] as number] as number;
      const green = light[values[i + 1] as number] as number;
      const blue = light[values[i + 2] as number] as number;
      out[i] = shownAs(rr * red + rg * green + rb * blue);
      out[i + 1] = shownAs(gr * red + gg * green + gb * blue);
      out[i + 2] = shownAs(br * red + bg * green + bb * blue);
    }
  }
  if (channels === 4)
    for (let i = 3; i < values.length; i += 4) out[i] = Math.round(((values[i] as number) / most) * 255);
  return out;
}

/** The byte by which sRGB shows so much light. */
const SHOWN = Uint8Array.from({ length: 65_536 }, (_, i) => {
  const light = i / 65_535;
  return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
});

function shownAs(light: number): number {
  return SHOWN[Math.round(Math.max(0, Math.min(1, light)) * 65_535)] as number;
}

/** Inks without a profile as browsers show them: each takes its share of a colour away, black of all three. */
export function inksInSrgb(inks: Uint8Array): Uint8Array {
  const out = new Uint8Array((inks.length / 4) * 3);
  let to = 0;
  for (let at = 0; at < inks.length; at += 4) {
    const left = 255 - (inks[at + 3] as number);
    for (let ink = 0; ink < 3; ink++) out[to++] = Math.round(((255 - (inks[at + ink] as number)) * left) / 255);
  }
  return out;
}
