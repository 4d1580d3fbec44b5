import { globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fuseProblems, readFuses } from '../scripts/fuses.ts';

const root = dirname(import.meta.dirname);
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const isTest = (path: string): boolean => /\.test\.ts$|[\\/]testing[\\/]/.test(path);

describe('the fuses', () => {
  it('let the program be nothing but Galley', () =>
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    }));

  it('are read from a program, and missed where one is not as wanted', () => {
    const program = join(mkdtempSync(join(tmpdir(), 'galley-fuses-')), 'program');
    const wire = Buffer.concat([
      Buffer.from('...dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
      Buffer.from([1, 9]),
      Buffer.from('01001100r...'),
    ]);
    expect(readFuses(wire)).toEqual(config.electronFuses);
    writeFileSync(program, wire);
    expect(fuseProblems(program, config.electronFuses)).toEqual([]);
    expect(fuseProblems(program, { ...config.electronFuses, runAsNode: true })).toEqual([
      'runAsNode: expected true, found false',
    ]);
    writeFileSync(program, 'no program');
    expect(fuseProblems(program, config.electronFuses)).toHaveLength(1);
  });
});

/** Packages that a package needs at run time, and theirs, by walking package.json files. */
function closure(names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    if (found.has(name)) return;
    let folder = from;
    const at = (): string => join(folder, 'node_modules', name, 'package.json');
    for (;;) {
      try {
        const { dependencies = {} } = JSON.parse(readFileSync(at(), 'utf8'));
        found.add(name);
        for (const needed of Object.keys(dependencies)) visit(needed, dirname(at()));
        return;
      } catch {
        if (dirname(folder) === folder) return;
        folder = dirname(folder);
      }
    }
  };
  for (const name of names) visit(name, root);
  return found;
}

/** What core, the workbench's process and main name: imports, and files found by `require.resolve`. */
function imported(): Set<string> {
  const sources = globSync(['core/**/*.ts', 'electron/**/*.ts'], { cwd: root }).filter(
    (path) => !isTest(path),
  );
  const texts = sources.map((path) => readFileSync(join(root, path), 'utf8'));
  const named = (name: string): boolean =>
    texts.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
  return new Set(Object.keys(manifest.dependencies).filter(named));
}

const excluded = (name: string): boolean =>
  config.files.some(
    (pattern: string) =>
      pattern.startsWith('!node_modules/') && matchesGlob(`node_modules/${name}/index.js`, pattern.slice(1)),
  );

describe('the package', () => {
  it('leaves out nothing that is loaded at run time', () => {
    const needed = closure(imported());
    expect([...needed]).toEqual(
      expect.arrayContaining(['onnxruntime-node', 'onnxruntime-common', 'sharp', 'zod']),
    );
    const types = (name: string) => name.startsWith('@types/');
    expect([...needed].filter((name) => excluded(name) && !types(name))).toEqual([]);
  });

  it('leaves out what only the window is built from, and browser builds', () => {
    for (const name of [
      'react',
      'react-dom',
      'konva',
      'lucide-react',
      '@fontsource/ibm-plex-sans',
      'onnxruntime-web',
    ])
      expect(excluded(name), name).toBe(true);
    const needed = closure(imported());
    const idle = Object.keys(manifest.dependencies).filter((name) => !needed.has(name) && !excluded(name));
    expect(idle, 'direct dependencies that core does not load').toEqual([]);
  });

  it('strips the binaries of other platforms', () => {
    const stripped = (platform: string, arch: string, path: string) =>
      config.files.some((pattern: string) => {
        const filled = pattern.replace(/\$\{platform\}/g, platform).replace(/\$\{arch\}/g, arch);
        return filled.startsWith('!') && matchesGlob(path, filled.slice(1));
      });
    const library = (platform: string, arch: string) =>
      `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`;
    expect(stripped('linux', 'x64', library('linux', 'x64'))).toBe(false);
    expect(stripped('darwin', 'arm64', library('darwin', 'arm64'))).toBe(false);
    for (const [platform, arch] of [
      ['linux', 'arm64'],
      ['darwin', 'arm64'],
      ['win32', 'x64'],
    ])
      expect(stripped('linux', 'x64', library(platform, arch)), `${platform} ${arch}`).toBe(true);
    expect(stripped('linux', 'x64', 'node_modules/@img/sharp-linuxmusl-x64/lib/sharp.node')).toBe(true);
    expect(stripped('linux', 'x64', 'node_modules/@img/sharp-linux-x64/lib/sharp.node')).toBe(false);
    expect(stripped('linux', 'x64', 'node_modules/@napi-rs/canvas-linux-x64-musl/skia.node')).toBe(true);
    expect(stripped('linux', 'x64', 'node_modules/@napi-rs/canvas-linux-x64-gnu/skia.node')).toBe(false);
  });

  it('keeps what processes and threads load beside the archive, and main inside', () => {
    const unpacked = (path: string) =>
      config.asarUnpack.some((pattern: string) => matchesGlob(path, pattern));
    for (const path of [
      'dist/core/engine/engine-process.js',
      'dist/core/package.json',
      'dist/electron/workbench/process.js',
      'configs/models/galley-nano/config.json',
      'models/galley-nano/model.safetensors',
      'node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so',
      'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
    ])
      expect(unpacked(path), path).toBe(true);
    for (const path of [
      'dist/electron/main.js',
      'dist/electron/preload.cjs',
      'dist/renderer/index.html',
      'package.json',
    ])
      expect(unpacked(path), path).toBe(false);
  });

  it('is an AppImage and a deb, an NSIS installer, and a dmg', () => {
    expect(config.linux.target).toEqual(['AppImage', 'deb']);
    expect(config.win.target).toEqual(['nsis']);
    expect(config.mac.target[0].target).toBe('dmg');
    expect(manifest.main).toBe('dist/electron/main.js');
  });

  it('has the shape electron-builder wants', async () => {
    const require = createRequire(import.meta.url);
    const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js');
    const logger = { isEnabled: false, add: () => {} };
    await expect(validateConfiguration(structuredClone(config), logger)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...config, fuses: {} }, logger)).rejects.toThrow(/unknown property/);
  });
});
