import type { IExecuteFunctions, WorkflowExecuteMode } from 'n8n-workflow';
import { hintAboutSavedExecutions } from '../../../nodes/frame/hints';
import { executeFunctions } from '../../setup/execute-functions';

test.each<[string, WorkflowExecuteMode, 'none' | 'all' | undefined, number]>([
  ['says to whoever runs it by hand that an import dropped the setting', 'manual', undefined, 1],
  ['says it where every execution is kept', 'manual', 'all', 1],
  ['says nothing where none is kept', 'manual', 'none', 0],
  ['says nothing to nobody', 'trigger', undefined, 0],
])('%s', (_name, mode, saveDataSuccessExecution, count) => {
  const { context, hints } = executeFunctions({ mode, workflowSettings: { saveDataSuccessExecution } });

  hintAboutSavedExecutions(context as IExecuteFunctions);

  expect(hints.map(({ message }) => message)).toEqual(
    Array.from({ length: count }, () => expect.stringContaining('Save successful production executions') as string),
  );
});
