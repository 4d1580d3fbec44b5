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
    chunkSizeWarningLimit: 900,
  },
  server: { host: '127.0.0.1', strictPort: true },
}));
