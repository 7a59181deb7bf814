import type { IDataObject } from 'n8n-workflow';
import type { Operation } from '../types';
import { runInSteps, steppedFields } from './in-steps';

/** What was done, in a sentence. */
function summaryOf({ version, reason, scored, changed }: IDataObject): string {
  if (version === null || version === undefined) {
    return `No scoring rules are published yet, so nothing was scored. ${String(reason ?? '')}`.trim();
  }
  return `${String(scored)} leads were scored by version ${String(version)} of the rules; the score of ${String(changed)} changed.`;
}

/** Scores leads by the published rules (`calculate_lead_scores`). Adds `summary` to the function's answer. */
export const calculateScores: Operation = {
  properties: steppedFields({
    name: 'Stale',
    value: 'stale',
    description: 'Leads whose score is older than the rules, the segments or the tables behind them',
  }),
  async execute(context, database) {
    const items = await runInSteps(context, database, {
      name: 'calculate_lead_scores',
      sums: ['scored', 'changed'],
    });
    return items.map((item) =>
      item.json.error === undefined ? { ...item, json: { ...item.json, summary: summaryOf(item.json) } } : item,
    );
  },
};
