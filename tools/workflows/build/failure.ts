import type { Canvas, Step } from './canvas';
import { supabase, telegram } from './steps';
import { OUTPUTS } from './telling';

/** How a user has failures told: a line of the overview. */
export const ALERTS_SETUP =
  'Alerts (optional): in **Describe failure**, enter your Telegram chat ID; in **Send Telegram alert**, choose a credential and enable the node.';

interface Failure {
  /** The nodes whose error output leads here. */
  from: readonly string[];
  /** Left of this part of the canvas, which begins at the top. */
  left: number;
  height?: number;
  section: number;
  nextStep: string;
}

/** What happens in every workflow when a step fails: an alert where one is wanted, however often it runs, once an hour, and an execution that ends with the error. */
export function addFailure(canvas: Canvas, { from, left, height = 480, section, nextStep }: Failure): void {
  canvas.section(
    'Failure note',
    [left, 0, 800, height],
    `### ${section}. If something fails\nAlerts, the same failure once an hour, and ends as a failed execution. The Telegram node is off until you enable it.`,
  );
  const describe = supabase({
    name: 'Describe failure',
    at: [left + 80, 192],
    parameters: { resource: 'alert', operation: 'tellFailure', onceAnHour: true, nextStep },
    credentials: undefined,
    executeOnce: true,
  });
  addAlert(canvas, describe, { telegram: 'Send Telegram alert', settle: 'Stop with the error' });
  for (const node of from) canvas.connect(node, 'Describe failure', { output: 1 });
}

/** A node that tells, Telegram behind it, and the node that ends the execution as it has to be after that. */
export function addAlert(canvas: Canvas, teller: Step, names: { telegram: string; settle: string }): void {
  const [x, y] = teller.at;
  canvas.add(teller);
  canvas.add(telegram(names.telegram, [x + 256, y + 112]));
  canvas.add(
    supabase({
      name: names.settle,
      at: [x + 528, y],
      parameters: { resource: 'alert', operation: 'settle', confirmAlerts: false },
      credentials: undefined,
    }),
  );
  canvas.connect(teller.name, names.settle, { output: OUTPUTS.result, input: OUTPUTS.result });
  canvas.connect(teller.name, names.telegram, { output: OUTPUTS.telegram });
  canvas.connect(names.telegram, names.settle, { input: OUTPUTS.telegram });
}
