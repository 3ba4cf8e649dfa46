// What edits leave of the hashes of pictures, and of animations and films. `-- films` measures the latter alone; other
// arguments are those of `robustness-pictures.ts`.
const isOfFilms = process.argv[2] === "films";
if (!isOfFilms) await import("./robustness-pictures.ts");
await import("./robustness-films.ts");
