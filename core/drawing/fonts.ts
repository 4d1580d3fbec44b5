import { createRequire } from 'node:module';
import './no-system-fonts.ts';
import { GlobalFonts } from '@napi-rs/canvas';
import { GalleyError } from '../errors/galley-error.ts';

const SANS = ['@expo-google-fonts/ibm-plex-sans', 'IBMPlexSans'] as const;
const SERIF = ['@expo-google-fonts/source-serif-4', 'SourceSerif4'] as const;

/** What may be asked for: a face of its own each, so that no weight or slant is ever synthesised. */
const FACES = {
  sans: [...SANS, '400Regular'],
  'sans-medium': [...SANS, '500Medium'],
  'sans-semibold': [...SANS, '600SemiBold'],
  serif: [...SERIF, '400Regular'],
  'serif-italic': [...SERIF, '400Regular_Italic'],
  'serif-semibold': [...SERIF, '600SemiBold'],
} as const;
export type Face = keyof typeof FACES;

const require = createRequire(import.meta.url);
const registered = new Set<string>();

/**
 * Registers a font file of an npm package under a family name of our own, once.
 * @param specifier e.g. `@expo-google-fonts/old-standard-tt/OldStandardTT_400Regular.ttf`
 * @throws GalleyError `not-found` naming the file
 */
export function registerPackageFont(specifier: string, family: string): void {
  if (registered.has(family)) return;
  let path: string;
  try {
    path = require.resolve(specifier);
  } catch (cause) {
    throw new GalleyError('not-found', 'a font of the program is missing', {
      where: specifier,
      hint: 'run npm ci',
      cause,
    });
  }
  if (!GlobalFonts.registerFromPath(path, family))
    throw new GalleyError('damaged', 'a font of the program cannot be read', { where: path });
  registered.add(family);
}

/** CSS font string of one face at a size in pixels, registering the face on first use. */
export function font(face: Face, size: number): string {
  const [folder, name, style] = FACES[face];
  const family = `Galley ${face}`;
  registerPackageFont(`${folder}/${style}/${name}_${style}.ttf`, family);
  return `${size}px "${family}"`;
}
