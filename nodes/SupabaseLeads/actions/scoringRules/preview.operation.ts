import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { versionOf } from './version';

/** Shows how scores would change, without writing anything (`preview_scoring_rules`). */
export const preview: Operation = {
  name: 'Preview',
  action: 'Preview the scoring rules',
  description: 'See how scores would change, without writing anything',
  fields: [
    {
      displayName: 'Sample',
      name: 'sample',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000 },
      default: 1000,
      description: 'Number of leads to score for the comparison',
    },
    {
      displayName: 'Version',
      name: 'version',
      type: 'string',
      default: '',
      placeholder: 'e.g. 3',
      description: 'The published version to try. Empty for the draft, which is the table lead_scoring_rules.',
    },
  ],
  execute: databaseCall('preview_scoring_rules', (item) => ({
    p_sample: item.value('sample'),
    p_version: versionOf(item),
  })),
};
