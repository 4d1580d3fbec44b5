const ELF: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64', 3: 'ia32', 40: 'arm' };
const PE: Readonly<Record<number, string>> = { 34404: 'x64', 43620: 'arm64', 332: 'ia32' };
const MACH: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };

/** Platform and architecture of a native library by its first kilobyte, or null for another kind of file. */
export function platformOf(head: Buffer): { platform: string; arch: string } | null {
  if (head.length < 64) return null;
  if (head.readUInt32BE(0) === 0x7f454c46)
    return { platform: 'linux', arch: ELF[head.readUInt16LE(18)] ?? 'unknown' };
  if (head.readUInt32LE(0) === 0xfeedfacf)
    return { platform: 'darwin', arch: MACH[head.readUInt32LE(4)] ?? 'unknown' };
  if (head.readUInt32BE(0) === 0xcafebabe) return { platform: 'darwin', arch: 'universal' };
  const pe = head.readUInt32LE(60);
  if (head.readUInt16BE(0) === 0x4d5a && pe + 6 <= head.length && head.readUInt32BE(pe) === 0x50450000)
    return { platform: 'win32', arch: PE[head.readUInt16LE(pe + 4)] ?? 'unknown' };
  return null;
}

/** What a library is made for, where that is not this platform; null where it fits or is none. */
export function foreignBinary(head: Buffer, platform: string, arch: string): string | null {
  const found = platformOf(head);
  if (!found || (found.platform === platform && (found.arch === arch || found.arch === 'universal')))
    return null;
  return `${found.platform} ${found.arch}`;
}
