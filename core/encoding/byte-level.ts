/** GPT-2's printable stand-in for each byte, so that any text is a string of known characters. */
export const BYTE_TO_CHAR: readonly string[] = (() => {
  const table: string[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    table.push(String.fromCharCode(printable ? byte : next++));
  }
  return table;
})();

const CHAR_TO_BYTE: ReadonlyMap<string, number> = new Map(BYTE_TO_CHAR.map((char, byte) => [char, byte]));

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8 bytes of `text`, each as its stand-in character; lone surrogates become U+FFFD. */
export function toByteChars(text: string): string {
  const bytes = encoder.encode(text);
  let out = '';
  for (const byte of bytes) out += BYTE_TO_CHAR[byte];
  return out;
}

/** Inverse of {@link toByteChars}; characters that stand for no byte are passed through as they are. */
export function fromByteChars(chars: string): string {
  const bytes: number[] = [];
  for (const char of chars) {
    const byte = CHAR_TO_BYTE.get(char);
    if (byte === undefined) bytes.push(...encoder.encode(char));
    else bytes.push(byte);
  }
  return decoder.decode(Uint8Array.from(bytes));
}

/**
 * GPT-2's pre-token pattern. White space is Unicode's White_Space, as in the Rust library's engine:
 * JavaScript's \s counts U+FEFF in and U+0085 out.
 */
const PRE_TOKEN =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Splits text into pre-tokens; concatenated they give the text back. */
export function preTokens(text: string): string[] {
  return text.match(PRE_TOKEN) ?? [];
}

/** RoBERTa reads every word as if a space stood before it. */
export function withPrefixSpace(text: string): string {
  return text.startsWith(' ') ? text : ` ${text}`;
}
