// Loaded before a decoder: a kernel that computes a wrong frequency, of pictures so wide (the decoder's argument) or, if
// that is "all", of any.
const [, , wide = "all"] = process.argv;
const Right = WebAssembly.Instance;

interface Exports {
  memory: WebAssembly.Memory;
  openShrink: (width: number, height: number, channels: number) => number;
  transform: (plane: number) => number;
}

function wrong(module: WebAssembly.Module): { exports: Exports } {
  const exports = new Right(module).exports as unknown as Exports;
  let width = 0;
  return {
    exports: {
      ...exports,
      openShrink: (ofWidth, height, channels) => {
        width = ofWidth;
        return exports.openShrink(width, height, channels);
      },
      transform: (plane) => {
        const at = exports.transform(plane);
        const frequencies = new Float32Array(exports.memory.buffer, at, 256);
        if (wide === "all" || width === Number(wide)) frequencies[9] = -3 * (frequencies[9] as number) - 1;
        return at;
      },
    },
  };
}

Object.assign(WebAssembly, {
  Instance: function (module: WebAssembly.Module) {
    return wrong(module);
  },
});
