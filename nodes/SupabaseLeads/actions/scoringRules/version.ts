import type { IExecuteFunctions } from 'n8n-workflow';
import { operationError } from '../../../errors/operation-error';
import { textParameter } from '../parameters';

/**
 * The number of a published version; `null` when it is empty.
 * @throws NodeOperationError when it is no whole number
 */
export function versionParameter(context: IExecuteFunctions, itemIndex: number): number | null {
  const text = textParameter(context, 'version', itemIndex)?.trim() ?? '';
  if (text === '') return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw operationError(
    context.getNode(),
    `"${text.slice(0, 60)}" is not a version of the scoring rules`,
    'Give a number that Scoring Rule: Get lists under versions, e.g. 3.',
    itemIndex,
  );
}
