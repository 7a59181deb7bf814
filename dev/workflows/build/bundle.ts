import type { StableWorkflow } from '../stable';
import { errorHandler } from './error-handler';
import { maintenance } from './maintenance';
import { monitor } from './monitor';

/** The bundled workflows that are built here, by file name without `.json`; the others are edited in n8n and exported. */
export function builtWorkflows(): Map<string, StableWorkflow> {
  return new Map([
    ['lead-sync-error-handler', errorHandler().toWorkflow()],
    ['lead-sync-maintenance', maintenance().toWorkflow()],
    ['lead-sync-monitor', monitor().toWorkflow()],
  ]);
}
