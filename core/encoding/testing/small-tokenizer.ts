import type { Tokenizer } from '../tokenizer.ts';
import { trainBpe } from '../train-bpe.ts';

const TEXT = `Sift the flour with baking powder and salt, add milk and the well beaten eggs. Bake in a moderate oven
twenty minutes. 1 cup flour. 2 cups milk. 1/2 teaspoon salt. Serve hot with butter. Do not stir; don't let it boil.`;

/** A tokenizer of 360 entries, made on the spot from a few words of our own. */
export function smallTokenizer(vocabSize = 360): Tokenizer {
  return trainBpe(Array(3).fill(TEXT.split(/\s+/)).flat(), { vocabSize });
}
