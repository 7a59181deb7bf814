import type { IDataObject } from 'n8n-workflow';
import type { Operation } from '../types';
import { inSteps, steppedFields } from './in-steps';

/** What was done, in a sentence. */
function summaryOf({ version, reason, scored, changed }: IDataObject): string {
  if (version === null || version === undefined) {
    return `No scoring rules are published yet, so nothing was scored. ${String(reason ?? '')}`.trim();
  }
  return `${String(scored)} leads were scored by version ${String(version)} of the rules; the score of ${String(changed)} changed.`;
}

/** Scores leads by the published rules (`calculate_lead_scores`). Adds `summary` to the function's answer. */
export const calculateScores: Operation = {
  name: 'Calculate Scores',
  action: 'Calculate the scores of leads',
  description: 'Score leads by the published rules',
  fields: steppedFields({
    name: 'Stale',
    value: 'stale',
    description: 'Leads whose score is older than the rules, the segments or the tables behind them',
  }),
  isScheduled: true,
  execute: inSteps({ name: 'calculate_lead_scores', sums: ['scored', 'changed'] }, (answer) => ({
    ...answer,
    summary: summaryOf(answer),
  })),
};
