import { useEffect } from 'react';
import { useGalleyParts } from '../state/context.ts';

/** Puts the chosen theme and motion on the document; "system" follows the system. */
export function useTheme(): void {
  const { theme, reduceMotion } = useGalleyParts((state) => ({
    theme: state.theme,
    reduceMotion: state.reduceMotion,
  }));
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const contrast = matchMedia('(prefers-contrast: more)');
    const apply = () => {
      const { dataset } = document.documentElement;
      dataset.theme =
        theme !== 'system' ? theme : contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
      dataset.motion = reduceMotion ? 'reduced' : 'full';
    };
    apply();
    dark.addEventListener('change', apply);
    contrast.addEventListener('change', apply);
    return () => {
      dark.removeEventListener('change', apply);
      contrast.removeEventListener('change', apply);
    };
  }, [theme, reduceMotion]);
}
