import type { StableWorkflow } from '../stable';
import { dashboard } from './dashboard';
import { errorHandler } from './error-handler';
import { followUps } from './follow-ups';
import { maintenance } from './maintenance';
import { monitor } from './monitor';
import { scoring } from './scoring';
import { segmentClassifier } from './segment-classifier';

/** The bundled workflows that are built here, by file name without `.json`; the others are edited in n8n and exported. */
export function builtWorkflows(): Map<string, StableWorkflow> {
  return new Map([
    ['lead-segment-classifier', segmentClassifier().toWorkflow()],
    ['lead-sync-dashboard', dashboard().toWorkflow()],
    ['lead-sync-error-handler', errorHandler().toWorkflow()],
    ['lead-sync-follow-ups', followUps().toWorkflow()],
    ['lead-sync-maintenance', maintenance().toWorkflow()],
    ['lead-sync-monitor', monitor().toWorkflow()],
    ['lead-sync-scoring', scoring().toWorkflow()],
  ]);
}
