import { RotateCcw } from 'lucide-react';
import { useId } from 'react';
import { useStore } from 'zustand';
import { t, tMaybe } from '../../messages/index.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { groupFields, isChanged, type OptionField, parseField, shownValue } from './form.ts';
import styles from './option-form.module.css';
import type { TrainStore } from './train-store.ts';

interface OptionFormProps {
  readonly store: TrainStore;
  readonly fields: readonly OptionField[];
}

const titleOf = (field: OptionField) => tMaybe(`train.option.${field.name}`) ?? field.title;

/** Every option of a training, made from the one schema. */
export function OptionForm({ store, fields }: OptionFormProps) {
  const typed = useStore(store, (state) => state.typed);
  const changed = fields.filter((field) => isChanged(field, typed)).length;
  return (
    <section className={styles.form} aria-label={t('train.form.title')}>
      <header className={styles.head}>
        <h2>{t('train.form.title')}</h2>
        {changed > 0 && (
          <>
            <span className={styles.quiet}>{t('train.form.changed', { count: changed })}</span>
            <Button kind="quiet" icon={RotateCcw} onClick={() => store.getState().resetAll()}>
              {t('train.form.resetAll')}
            </Button>
          </>
        )}
      </header>
      {groupFields(fields).map((group) => {
        const inGroup = group.fields.filter((field) => isChanged(field, typed)).length;
        return group.id === 'essentials' ? (
          <Fields key={group.id} fields={group.fields} store={store} />
        ) : (
          <details key={group.id} className={styles.group}>
            <summary>
              {t(`train.group.${group.id}`)}
              {inGroup > 0 && (
                <span className={styles.quiet}>{t('train.form.changed', { count: inGroup })}</span>
              )}
            </summary>
            <Fields fields={group.fields} store={store} />
          </details>
        );
      })}
    </section>
  );
}

function Fields({ fields, store }: OptionFormProps) {
  return (
    <div className={styles.fields}>
      {fields.map((field) => (
        <Field key={field.name} field={field} store={store} />
      ))}
    </div>
  );
}

function Field({ field, store }: { readonly field: OptionField; readonly store: TrainStore }) {
  const id = useId();
  const typed = useStore(store, (state) => state.typed);
  const { type } = store.getState();
  const title = titleOf(field);
  const changed = isChanged(field, typed);
  const text = typed[field.name] ?? shownValue(field.defaultValue);
  const parsed = parseField(field, text);
  const standard = shownValue(field.defaultValue);
  const change = (next: string) => type({ [field.name]: next });
  const described = `${id}-about${parsed.ok ? '' : ` ${id}-problem`}`;
  return (
    <div className={styles.field} data-changed={changed}>
      {field.kind === 'boolean' ? (
        <Switch label={title} checked={text === 'true'} onChange={(on) => change(String(on))} />
      ) : (
        <div className={styles.row}>
          <label htmlFor={id}>{title}</label>
          <span className={styles.input}>
            {field.kind === 'choice' ? (
              <select
                id={id}
                value={text}
                aria-describedby={described}
                onChange={(event) => change(event.target.value)}
              >
                {field.choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {choice}
                  </option>
                ))}
              </select>
            ) : (
              <input
                id={id}
                value={text}
                inputMode={field.kind === 'text' ? 'text' : 'decimal'}
                placeholder={standard || t('train.form.auto')}
                spellCheck={false}
                autoComplete="off"
                aria-describedby={described}
                aria-invalid={!parsed.ok}
                onChange={(event) => change(event.target.value)}
                onBlur={() => {
                  if (typed[field.name]?.trim() === '' || !isChanged(field, typed))
                    type({ [field.name]: null });
                }}
              />
            )}
            {field.kind !== 'choice' && <span className={styles.unit}>{field.unit}</span>}
          </span>
        </div>
      )}
      <span className={styles.reset}>
        {changed && (
          <IconButton
            icon={RotateCcw}
            label={
              standard
                ? t('train.form.reset', { name: title, value: standard })
                : t('train.form.reset.none', { name: title })
            }
            onClick={() => type({ [field.name]: null })}
          />
        )}
      </span>
      <p id={`${id}-about`} className={styles.about}>
        {title.includes(field.description) ? '' : capital(field.description)}
      </p>
      {!parsed.ok && (
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {t(`train.form.problem.${parsed.problem}`)}
        </p>
      )}
    </div>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
