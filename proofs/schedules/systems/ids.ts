import crypto, { type UUID } from 'node:crypto';

/** A UUID that depends on a text alone, so that a schedule that fails can be played again. */
export function idOf(text: string): UUID {
  const hex = crypto.createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Meanwhile the ids that the code under test makes by chance, those of new companies, depend on their number alone. */
export async function withoutChance<T>(work: () => Promise<T>): Promise<T> {
  const random = crypto.randomUUID;
  let made = 0;
  crypto.randomUUID = () => idOf(`chance ${++made}`);
  try {
    return await work();
  } finally {
    crypto.randomUUID = random;
  }
}
