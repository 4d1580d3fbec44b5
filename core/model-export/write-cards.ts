import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../errors/galley-error.ts';
import { writeFileWhole } from '../files/files.ts';
import { STAGE_FOLDERS } from '../training/stage-setup.ts';
import { modelCard } from './card.ts';
import { type FactsOptions, modelFacts } from './facts.ts';

/**
 * Writes README.md, the model card, into the model folders that a training left under `modelsDir`, from the records that
 * stand there now. A card that cannot be written is a warning: the model is what counts.
 * @returns the cards written
 */
export async function writeModelCards(
  modelsDir: string,
  options: FactsOptions & { readonly onWarning?: (message: string) => void } = {},
): Promise<string[]> {
  const written: string[] = [];
  for (const name of Object.values(STAGE_FOLDERS)) {
    const folder = join(modelsDir, name);
    if (!existsSync(join(folder, 'model.safetensors'))) continue;
    const path = join(folder, 'README.md');
    try {
      await writeFileWhole(path, modelCard(await modelFacts(folder, options)));
      written.push(path);
    } catch (error) {
      options.onWarning?.(`the model card could not be written: ${describeError(error)}`);
    }
  }
  return written;
}
