import type { Plugin } from 'esbuild';

/**
 * An ES import of a built-in module reads every export. For some modules this loads unused code: all of fetch and WebSocket with `node:http`
 * (14 MiB, 75 ms of CPU), `node:fs/promises` with `node:fs`, and more (docs/design/0032-memory-and-start.md).
 */
export const builtinsAsTheyAre: Plugin = {
  name: 'builtins-as-they-are',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?(fs|http|https|worker_threads)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path)!).filter((name) => name !== 'default');
      // Marked as pure, so that esbuild removes the read of an unused export.
      const exported = names.map((name) => `export const ${name} = /* @__PURE__ */ exportOf('${name}');`);
      const whole = [`const whole = require('${path}');`, 'const exportOf = (name) => whole[name];'];
      return { contents: [...whole, 'export default whole;', ...exported].join('\n') };
    });
  },
};
