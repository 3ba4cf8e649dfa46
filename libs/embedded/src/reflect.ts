// @peculiar/x509 wires itself with tsyringe, which refuses to load without a metadata API on Reflect and then only ever
// finds it empty. These two answers are all it asks for; a real polyfill, if one is loaded, is left alone.
const empty = { getMetadata: () => undefined, getOwnMetadata: () => undefined };

for (const [name, value] of Object.entries(empty)) {
  if (!(name in Reflect)) Object.defineProperty(Reflect, name, { value, configurable: true, writable: true });
}
