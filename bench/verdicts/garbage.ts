/** Preloaded into every thread of the generator: allocates on its event loop, so that the collector pauses it. */
let kept: unknown[] = [];
setInterval(() => {
  if (kept.length > 40) kept = [];
  kept.push(Array.from({ length: 50_000 }, (_, i) => ({ i, text: `${i}` })));
}, 20).unref();
