import type { Operation } from '../types';
import { runInSteps, steppedFields } from './in-steps';

/** Scores leads by the published rules (`calculate_lead_scores`). */
export const calculateScores: Operation = {
  properties: steppedFields({
    name: 'Stale',
    value: 'stale',
    description: 'Leads whose score is older than the rules, the segments or the tables behind them',
  }),
  async execute(context, database) {
    return await runInSteps(context, database, { name: 'calculate_lead_scores', sums: ['scored', 'changed'] });
  },
};
