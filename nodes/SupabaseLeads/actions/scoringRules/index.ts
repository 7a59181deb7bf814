import { resource } from '../resource';
import { get } from './get.operation';
import { preview } from './preview.operation';
import { publish } from './publish.operation';
import { report } from './report.operation';
import { rollBack } from './rollBack.operation';

export const scoringRules = resource(
  'scoringRules',
  [
    {
      name: 'Get',
      value: 'get',
      action: 'Get the scoring rules',
      description: 'Read the draft and the list of published versions',
    },
    {
      name: 'Get Report',
      value: 'report',
      action: 'Get a scoring report',
      description: 'See how scores spread and what each rule gives',
    },
    {
      name: 'Preview',
      value: 'preview',
      action: 'Preview the scoring rules',
      description: 'See how scores would change, without writing anything',
    },
    {
      name: 'Publish',
      value: 'publish',
      action: 'Publish the scoring rules',
      description: 'Make the draft the rules that count',
    },
    {
      name: 'Roll Back',
      value: 'rollBack',
      action: 'Roll back the scoring rules',
      description: 'Go back to an earlier version',
    },
  ],
  { get, preview, publish, rollBack, report },
);
