import type { Resource } from '../types';
import { applyAiSegments } from './applyAiSegments.operation';
import { calculateScores } from './calculateScores.operation';
import { classifySegments } from './classifySegments.operation';
import { confirmForgotten } from './confirmForgotten.operation';
import { forget } from './forget.operation';
import { getForSync } from './getForSync.operation';
import { getToClassify } from './getToClassify.operation';
import { importCsv } from './importCsv.operation';
import { markForSync } from './markForSync.operation';
import { storeAiAnswers } from './storeAiAnswers.operation';
import { takeForm } from './takeForm.operation';
import { tellNew } from './tellNew.operation';
import { updateSyncStatus } from './updateSyncStatus.operation';
import { upsert } from './upsert.operation';

export const lead: Resource = {
  name: 'Lead',
  operations: {
    upsert,
    importCsv,
    takeForm,
    tellNew,
    forget,
    confirmForgotten,
    getForSync,
    updateSyncStatus,
    markForSync,
    calculateScores,
    classifySegments,
    getToClassify,
    applyAiSegments,
    storeAiAnswers,
  },
};
