// Loaded before a decoder: the other code that computes a picture's hashes never ends over a picture of 704 × 480; it
// alone holds the brightness of every pixel.
const ENDLESS = 704 * 480;

globalThis.Float32Array = new Proxy(Float32Array, {
  construct(target, given: unknown[], as) {
    // The condition never changes; written so, the loop is one on purpose.
    while (given[0] === ENDLESS);
    return Reflect.construct(target, given, as) as Float32Array;
  },
});
