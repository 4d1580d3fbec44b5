import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** One bundle for both transports: `app://` in the desktop application and loopback HTTP in a browser. */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  // A strict policy (`script-src 'self'; style-src 'self'; font-src 'self'`) holds: nothing is inlined.
  build: {
    outDir: mode === 'fake' ? '../dist/renderer-fake' : '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        // Libraries change seldom: each kind in a file of its own that stays in the cache of an updated window.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
            {
              name: 'canvas',
              test: /node_modules[\\/](konva|react-konva|its-fine|react-reconciler|flatbush|flatqueue)[\\/]/,
              priority: 2,
            },
            {
              name: 'controls',
              test: /node_modules[\\/](@base-ui|@floating-ui|tabbable|reselect|use-sync-external-store)[\\/]/,
              priority: 2,
            },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', strictPort: true },
}));
