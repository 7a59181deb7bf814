import type { Resource } from '../types';
import { answerRequest } from './answerRequest.operation';
import { checkAction } from './checkAction.operation';
import { checkAlerts } from './checkAlerts.operation';
import { checkIntegrity } from './checkIntegrity.operation';
import { confirmAlerts } from './confirmAlerts.operation';
import { describeFailure } from './describeFailure.operation';
import { getDashboard } from './getDashboard.operation';
import { getMetrics } from './getMetrics.operation';
import { runMaintenance } from './runMaintenance.operation';

export const monitoring: Resource = {
  name: 'Monitoring',
  operations: {
    answerRequest,
    checkAction,
    checkAlerts,
    checkIntegrity,
    confirmAlerts,
    describeFailure,
    getDashboard,
    getMetrics,
    runMaintenance,
  },
};
