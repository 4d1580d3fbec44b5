import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { t } from '../messages/index.ts';
import { Button } from './button.tsx';

const COPIED_MS = 1600;

/** Puts a text on the clipboard and says that it did. */
export function CopyButton({ text, title }: { readonly text: string; readonly title: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <Button icon={copied ? Check : Copy} onClick={() => void copy()}>
      <span role="status">{copied ? t('copy.copied') : title}</span>
    </Button>
  );
}
