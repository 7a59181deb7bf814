import { resource } from '../resource';
import { compareIds } from './compareIds.operation';
import { getToRepair } from './getToRepair.operation';

export const reconciliation = resource(
  'reconciliation',
  [
    {
      name: 'Compare IDs',
      value: 'compareIds',
      action: 'Compare the IDs of leads',
      description: 'Compare a page of IDs and times read from Twenty with the leads of its range',
    },
    {
      name: 'Get Leads to Repair',
      value: 'getToRepair',
      action: 'Get leads to repair',
      description: 'Learn which records of Twenty to read again, or how long to wait before that',
    },
  ],
  { compareIds, getToRepair },
);
