import type { Item } from '../../../frame';

/**
 * The number of a published version; `null` when it is empty.
 * @throws NodeOperationError when it is no whole number
 */
export function versionOf(item: Item): number | null {
  const text = item.text('version');
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw item.error(
    `"${text.slice(0, 60)}" is not a version of the scoring rules`,
    'Give a number that Scoring Rule: Get lists under versions, e.g. 3.',
  );
}
