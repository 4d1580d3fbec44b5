import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'vite';

/** Electron's main process as one file: it starts fast, and needs nothing outside the archive that is checked. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    ssr: join(import.meta.dirname, 'main.ts'),
    outDir: '../dist/electron',
    emptyOutDir: false,
    target: 'es2024',
    sourcemap: true,
    rolldownOptions: {
      external: ['electron', ...builtinModules, ...builtinModules.map((name) => `node:${name}`)],
      output: { format: 'es', entryFileNames: 'main.js', codeSplitting: false },
    },
  },
  ssr: { noExternal: true, external: ['electron'] },
});
