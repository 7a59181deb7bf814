import { createHash } from 'node:crypto';
import { sentences } from '../../errors/sentences';
import { isObject } from '../../lead';
import { maskSecrets } from '../../masking/mask';
import { safeLine } from './lines';
import type { Report } from './notification';

/** What is known of an execution that failed, as n8n's Error Trigger gives it, masked and cut to size. */
export interface FailedExecution {
  workflow: string;
  /** The node that failed; null when the workflow could not start. */
  node: string | null;
  error: string;
  execution_id: string | null;
  execution_url: string | null;
  /** The same for failures of the same kind, whatever ids, times and figures their messages hold. */
  fingerprint: string;
}

const LONGEST_ERROR = 600;
const LONGEST_NAME = 120;
const LONGEST_URL = 2_000;

const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

const textOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() || null : null;

/** Variable parts of messages: UUIDs, other words with digits. */
const VARIABLE = /[\w-]*\d[\w.:-]*/g;

/** Reads the item of an Error Trigger: of a failed execution, or of a trigger that failed. */
export function readFailedExecution(item: unknown): FailedExecution {
  const { execution, trigger, workflow } = objectOf(item);
  const { id, url, error, lastNodeExecuted } = objectOf(execution);
  const failure = objectOf(error ?? objectOf(trigger).error);
  const name = safeLine(textOf(objectOf(workflow).name) ?? 'A workflow', LONGEST_NAME);
  const node = textOf(lastNodeExecuted) ?? textOf(objectOf(failure.node).name);
  const parts = [failure.message, failure.description].map(textOf).filter((part) => part !== null);
  const message = safeLine([...new Set(parts)].join(' '), LONGEST_ERROR) || 'It did not say why.';
  return {
    workflow: name,
    node: node === null ? null : safeLine(node, LONGEST_NAME),
    error: message,
    execution_id: textOf(id),
    execution_url: url === undefined || url === null ? null : maskSecrets(String(url), LONGEST_URL),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([name, node, message.replace(VARIABLE, '')]))
      .digest('hex')
      .slice(0, 32),
  };
}

/**
 * What to tell about it.
 * @param nextStep what the reader has to do, or what happens next; where to look is added
 */
export function reportOfFailure(failed: FailedExecution, at: string, nextStep: string | null = null): Report {
  const { workflow, node, error, execution_id, execution_url } = failed;
  const where = execution_url ?? (execution_id === null ? null : `execution ${execution_id}`);
  return {
    title: 'A lead sync workflow failed',
    reason: null,
    notifications: [
      {
        id: 0,
        kind: 'raised',
        severity: 'critical',
        title: node === null ? workflow : `${workflow}, at "${node}"`,
        message: error,
        advice: sentences(nextStep, where === null ? 'Look at the workflow in n8n.' : `Look at ${where} in n8n.`),
        since: null,
        at,
      },
    ],
  };
}
