import type { INode } from 'n8n-workflow';
import { operationError } from '../../../nodes/errors/operation-error';
import { sentences } from '../../../nodes/errors/sentences';

const NODE: INode = { id: '1', name: 'Node', type: 'node', typeVersion: 1, position: [0, 0], parameters: {} };

test('every part ends once, and blank ones are left out', () => {
  expect(sentences('It failed', null, ' Run it again. ', '', 'Really?')).toBe('It failed. Run it again. Really?');
});

test('an error says what happened and what to do in its message, even where n8n would put its own words', () => {
  const error = operationError(NODE, 'connect ECONNREFUSED', 'Start the server', 2);

  expect(error.message).toBe('connect ECONNREFUSED. Start the server.');
  expect(error.context.itemIndex).toBe(2);
});
