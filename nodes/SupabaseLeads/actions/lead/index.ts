import { resource } from '../resource';
import { getForSync } from './getForSync.operation';
import { markForSync } from './markForSync.operation';
import { updateSyncStatus } from './updateSyncStatus.operation';
import { upsert } from './upsert.operation';

export const lead = resource(
  'lead',
  [
    {
      name: 'Create or Update',
      value: 'upsert',
      action: 'Create or update a lead',
      description: 'Create a new record, or update the current one if it already exists (upsert)',
    },
    {
      name: 'Get for Sync',
      value: 'getForSync',
      action: 'Get leads for sync',
      description: 'Claim leads that are due for a push to Twenty',
    },
    {
      name: 'Mark for Sync',
      value: 'markForSync',
      action: 'Mark leads for sync',
      description: 'Queue leads for a fresh compare with Twenty',
    },
    {
      name: 'Update Sync Status',
      value: 'updateSyncStatus',
      action: 'Update the sync status of leads',
      description: 'Settle claimed leads with what Twenty answered',
    },
  ],
  { upsert, getForSync, updateSyncStatus, markForSync },
);
