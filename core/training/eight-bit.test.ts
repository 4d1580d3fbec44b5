import { describe, expect, it } from 'vitest';
import { checkEightBit, eightBitError } from './eight-bit.ts';

describe('training in 8 bits', () => {
  it('is refused on another device, and on a CPU whose products run over', async () => {
    await expect(checkEightBit('webgpu')).rejects.toThrow(/int8 is for the CPU.*webgpu/);
    const error = await eightBitError();
    if (error === 0) await expect(checkEightBit('cpu')).resolves.toBeUndefined();
    else await expect(checkEightBit('cpu')).rejects.toThrow(/run over/);
  });
});
