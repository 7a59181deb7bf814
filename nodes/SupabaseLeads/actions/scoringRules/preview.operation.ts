import { eachItem } from '../each-item';
import type { Operation } from '../types';
import { versionParameter } from './version';

/** Shows how scores would change, without writing anything (`preview_scoring_rules`). */
export const preview: Operation = {
  properties: [
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
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'preview_scoring_rules',
        { p_sample: context.getNodeParameter('sample', itemIndex), p_version: versionParameter(context, itemIndex) },
        itemIndex,
      ),
    );
  },
};
