import type { CallOutput } from '../../../core/workbench/contract.ts';

export type OptionField = CallOutput<'train.form'>['fields'][number];

/** What a person typed, by option; options that are not here keep their default. */
export type Typed = Readonly<Record<string, string>>;

export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: 'number' | 'integer' | 'choice' };

/** Options that buttons of this area decide, not the form. */
const BY_BUTTONS = new Set(['stage', 'resume', 'overwrite', 'dry_run']);

const GROUPS = [
  {
    id: 'essentials',
    names: [
      'model',
      'device',
      'num_train_epochs_stageA',
      'num_train_epochs_stageB',
      'learning_rate',
      'batch_size',
    ],
  },
  {
    id: 'optimizer',
    names: [
      'learning_rate_stageA',
      'learning_rate_stageB',
      'warmup_ratio',
      'weight_decay',
      'max_grad_norm',
      'gradient_accumulation_steps',
      'accumulation_loss',
      'max_steps',
      'fp16',
    ],
  },
  { id: 'input', names: ['max_length', 'stride', 'line_boxes', 'text_only', 'relative_bias'] },
  {
    id: 'regularisation',
    names: ['label_smoothing_factor', 'word_weights', 'label_weight_power', 'token_masking', 'box_jitter'],
  },
  {
    id: 'records',
    names: [
      'logging_steps',
      'eval_steps',
      'save_steps',
      'save_total_limit',
      'eval_batch_size',
      'seed',
      'debug',
    ],
  },
] as const;

export type GroupId = (typeof GROUPS)[number]['id'] | 'other';

export interface FieldGroup {
  readonly id: GroupId;
  readonly fields: readonly OptionField[];
}

/** The form's fields in groups, in the groups' order; an option this window does not know goes to "other". */
export function groupFields(fields: readonly OptionField[]): FieldGroup[] {
  const left = new Map(fields.filter((f) => !BY_BUTTONS.has(f.name)).map((f) => [f.name, f]));
  const groups: FieldGroup[] = GROUPS.map(({ id, names }) => ({
    id,
    fields: names.flatMap((name) => {
      const field = left.get(name);
      left.delete(name);
      return field ? [field] : [];
    }),
  }));
  groups.push({ id: 'other', fields: [...left.values()] });
  return groups.filter((group) => group.fields.length > 0);
}

/** A value as the form shows it; small numbers as "5e-5". */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3)
    return value.toExponential().replace('e-0', 'e-');
  return String(value);
}

/** What a typed text means for a field. An emptied field means the default. */
export function parseField(field: OptionField, text: string): Parsed {
  const trimmed = text.trim();
  if (field.kind === 'boolean') return { ok: true, value: trimmed === 'true' };
  if (trimmed === '') return { ok: true, value: field.defaultValue ?? undefined };
  if (field.kind === 'choice')
    return field.choices.includes(trimmed) ? { ok: true, value: trimmed } : { ok: false, problem: 'choice' };
  if (field.kind === 'text') return { ok: true, value: trimmed };
  const value = Number(trimmed.replace(/[\s_](?=\d)/g, ''));
  if (!Number.isFinite(value)) return { ok: false, problem: 'number' };
  if (field.kind === 'integer' && !Number.isInteger(value)) return { ok: false, problem: 'integer' };
  return { ok: true, value };
}

/** Whether what is typed differs from the default. */
export function isChanged(field: OptionField, typed: Typed): boolean {
  const text = typed[field.name];
  if (text === undefined) return false;
  const parsed = parseField(field, text);
  return !parsed.ok || (parsed.value ?? null) !== (field.defaultValue ?? null);
}

/** The options to send: only what differs from the defaults; null where something typed cannot be understood. */
export function optionsOf(fields: readonly OptionField[], typed: Typed): Record<string, unknown> | null {
  const options: Record<string, unknown> = {};
  for (const field of fields) {
    if (!isChanged(field, typed)) continue;
    const parsed = parseField(field, typed[field.name]);
    if (!parsed.ok) return null;
    if (parsed.value !== undefined) options[field.name] = parsed.value;
  }
  return options;
}
