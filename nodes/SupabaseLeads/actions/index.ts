import { alert } from './alert';
import { approval } from './approval';
import { auditLog } from './auditLog';
import { conflict } from './conflict';
import { deadLetter } from './deadLetter';
import { duplicate } from './duplicate';
import { followUp } from './followUp';
import { history } from './history';
import { inbox } from './inbox';
import { lead } from './lead';
import { monitoring } from './monitoring';
import { reconciliation } from './reconciliation';
import { revenue } from './revenue';
import { scoringRules } from './scoringRules';
import { syncRun } from './syncRun';
import type { Resource } from './types';

export const resources: Record<string, Resource> = {
  lead,
  alert,
  approval,
  auditLog,
  conflict,
  deadLetter,
  duplicate,
  followUp,
  history,
  inbox,
  monitoring,
  reconciliation,
  revenue,
  scoringRules,
  syncRun,
};
