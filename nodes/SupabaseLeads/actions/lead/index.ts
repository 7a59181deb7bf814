import { resource } from '../resource';
import { applyAiSegments } from './applyAiSegments.operation';
import { calculateScores } from './calculateScores.operation';
import { classifySegments } from './classifySegments.operation';
import { forget } from './forget.operation';
import { getForSync } from './getForSync.operation';
import { getToClassify } from './getToClassify.operation';
import { markForSync } from './markForSync.operation';
import { storeAiAnswers } from './storeAiAnswers.operation';
import { updateSyncStatus } from './updateSyncStatus.operation';
import { upsert } from './upsert.operation';

export const lead = resource(
  'lead',
  [
    {
      name: 'Apply AI Segments',
      value: 'applyAiSegments',
      action: 'Apply AI segments to leads',
      description: "Check a model's choices of segments and take those that hold",
    },
    {
      name: 'Calculate Scores',
      value: 'calculateScores',
      action: 'Calculate the scores of leads',
      description: 'Score leads by the published rules',
    },
    {
      name: 'Classify Segments',
      value: 'classifySegments',
      action: 'Classify leads into segments',
      description: 'Put leads into segments by rules; what a human chose stays',
    },
    {
      name: 'Create or Update',
      value: 'upsert',
      action: 'Create or update a lead',
      description: 'Create a new record, or update the current one if it already exists (upsert)',
    },
    {
      name: 'Forget',
      value: 'forget',
      action: 'Forget a lead',
      description: 'Delete all that is known of a person who asked for it, and keep it from coming back',
    },
    {
      name: 'Get for Sync',
      value: 'getForSync',
      action: 'Get leads for sync',
      description: 'Claim leads that are due for a push to Twenty',
    },
    {
      name: 'Get to Classify',
      value: 'getToClassify',
      action: 'Get leads to classify',
      description: 'Read what a model may know of leads that the rules leave undecided',
    },
    {
      name: 'Mark for Sync',
      value: 'markForSync',
      action: 'Mark leads for sync',
      description: 'Queue leads for a fresh compare with Twenty',
    },
    {
      name: 'Store AI Answers',
      value: 'storeAiAnswers',
      action: 'Store AI answers about leads',
      description:
        "Store a model's answers as far as they hold, go on with the next batch, and tell what could not be used",
    },
    {
      name: 'Update Sync Status',
      value: 'updateSyncStatus',
      action: 'Update the sync status of leads',
      description: 'Settle claimed leads with what Twenty answered',
    },
  ],
  {
    upsert,
    forget,
    getForSync,
    updateSyncStatus,
    markForSync,
    calculateScores,
    classifySegments,
    getToClassify,
    applyAiSegments,
    storeAiAnswers,
  },
);
