export const comparison = {
  'comparison.loading': 'Reading the comparison',
  'comparison.failed': 'The comparison cannot be read',
  'comparison.title': 'Before and after',
  'comparison.macro': 'Macro F1',
  'comparison.against.gold':
    'Both models read {pages} pages kept aside, against {words} words with gold labels.',
  'comparison.against.weak': 'Both models read {pages} pages kept aside, against {words} weak labels.',
  'comparison.learned': 'The new one learned from {words} gold words on {pages} pages.',
  'comparison.kept':
    'Its best epoch was chosen on the same pages, which favours it a little. “Same” is a change of less than 0.005, before it is rounded.',
  'comparison.weak':
    'No page kept aside has gold labels: both models are held against the rules’ labels, which no person has read. This is a check that nothing broke, not a score.',
  'comparison.seen': {
    one: 'The last model had learned from {count} of these pages (page {pages}), which flatters it.',
    other: 'The last model had learned from {count} of these pages ({pages}), which flatters it.',
  },
  'comparison.unknown':
    'Nobody knows which pages the last model learned from. If these were among them, its scores flatter it.',
  'comparison.label': 'Label',
  'comparison.before': 'F1 before',
  'comparison.after': 'F1 after',
  'comparison.difference': 'Difference',
  'comparison.verdict': 'It is',
  'comparison.words': 'Words',
  'comparison.is.better': 'better',
  'comparison.is.worse': 'worse',
  'comparison.is.same': 'same',
  'comparison.is.not in these pages': 'not on these pages',
  'comparison.pages': 'Pages that read differently',
  'comparison.pages.note': 'Each opens as the new model reads it, differences shown.',
  'comparison.pages.none': 'No page reads differently.',
  'comparison.pages.more': { one: '{count} more page', other: '{count} more pages' },
  'comparison.page': 'Page',
  'comparison.mended': 'Words mended',
  'comparison.spoilt': 'Words spoilt',
  'comparison.changed': 'Words changed',

  'retrain.title': 'Train on what was corrected',
  'retrain.planning': 'Counting gold labels, and timing a step',
  'retrain.failed': 'This cannot be trained',
  'retrain.learns':
    'The model learns from {words} gold words on {pages} pages: Stage B goes on from {model}.',
  'retrain.learns.none':
    'No training page has gold labels, so there is nothing new to learn. Settle lines of training pages first.',
  'retrain.compares.gold':
    'Before and after are compared on {pages} pages kept aside that have gold labels ({words} words).',
  'retrain.compares.weak':
    'No page kept aside has gold labels: before and after can only be held against the weak labels of {pages} pages. Label a few pages of the validation split to get a real score.',
  'retrain.epochs': 'Epochs',
  'retrain.cost': '{steps} steps, about {time}; pages are predicted before and after.',
  'retrain.cost.unknown': '{steps} steps; pages are predicted before and after.',
  'retrain.start': 'Start',
  'retrain.cancel': 'Not now',
} as const;
