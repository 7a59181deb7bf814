import { join } from 'node:path';
import type { Workflow } from '../workflow';
import { activities } from './activities';
import { byHand } from './by-hand';
import { dashboard } from './dashboard';
import { doctor } from './doctor';
import { edgeCheck } from './edge-check';
import { edgeDown } from './edge-down';
import { edgeUp } from './edge-up';
import { errorHandler } from './error-handler';
import { events } from './events';
import { followUps } from './follow-ups';
import { forget } from './forget';
import { knowlarityIntake } from './knowlarity-intake';
import { maintenance } from './maintenance';
import { mcpServer } from './mcp-server';
import { metaIntake } from './meta-intake';
import { monitor } from './monitor';
import { opportunities } from './opportunities';
import { pull } from './pull';
import { push } from './push';
import { reconcile } from './reconcile';
import { scoring } from './scoring';
import { segmentClassifier } from './segment-classifier';
import { setUp } from './set-up';
import { speedToLead } from './speed-to-lead';
import { webFormIntake } from './web-form-intake';
import { webhookHandler } from './webhook-handler';

const CANVASES = {
  'd1-consistency-check': edgeCheck,
  'd1-to-supabase-sync': edgeUp,
  'knowlarity-call-intake': knowlarityIntake,
  'lead-activities': activities,
  'lead-segment-classifier': segmentClassifier,
  'lead-sync-by-hand': byHand,
  'lead-sync-dashboard': dashboard,
  'lead-sync-doctor': doctor,
  'lead-sync-error-handler': errorHandler,
  'lead-sync-events': events,
  'lead-sync-follow-ups': followUps,
  'lead-sync-forget': forget,
  'lead-sync-maintenance': maintenance,
  'lead-sync-mcp-server': mcpServer,
  'lead-sync-monitor': monitor,
  'lead-sync-reconcile': reconcile,
  'lead-sync-scoring': scoring,
  'lead-sync-setup': setUp,
  'lead-sync-speed-to-lead': speedToLead,
  'meta-lead-intake': metaIntake,
  'opportunity-sync': opportunities,
  'supabase-to-d1-sync': edgeDown,
  'supabase-to-twenty-lead-sync': push,
  'twenty-to-supabase-lead-sync': pull,
  'twenty-webhook-handler': webhookHandler,
  'web-form-intake': webFormIntake,
};

/** Where users find them. */
export const FOLDER = 'workflows';

export const fileOf = (name: string): string => join(FOLDER, `${name}.json`);

/** The bundled workflows, by file name without `.json`. */
export function builtWorkflows(): Map<string, Workflow> {
  return new Map(Object.entries(CANVASES).map(([name, canvas]) => [name, canvas().toWorkflow()]));
}
