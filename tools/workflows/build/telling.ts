import { TELLING_OUTPUTS } from '../../../nodes/SupabaseLeads/actions/alert/channel-fields';
import type { Canvas } from './canvas';
import { email, slack, supabase, telegram } from './steps';

const RESULT = TELLING_OUTPUTS.indexOf('Result');
const SLACK = TELLING_OUTPUTS.indexOf('Slack');
const EMAIL = TELLING_OUTPUTS.indexOf('Email');
const TELEGRAM = TELLING_OUTPUTS.indexOf('Telegram');

interface Telling {
  /** The node that gives the messages. */
  from: string;
  /** Left and top of the part of the canvas that the channels take. */
  at: readonly [x: number, y: number];
  channels: 'all' | 'telegram';
  /** Number of the first of its two sections. */
  section: number;
  /** What settling means in this workflow. */
  settles: string;
  /** Whether the database wants to hear what was told; if not, settling needs no credential. */
  confirms: boolean;
}

/** The channels behind a node that tells, and the node that draws the conclusion from what they said. */
export function addTelling(canvas: Canvas, { from, at: [x, y], channels, section, settles, confirms }: Telling): void {
  const isAll = channels === 'all';
  const telegramTop = y + (isAll ? 608 : 256);
  canvas.section(
    'Channels note',
    [x, y, 448, isAll ? 848 : 512],
    isAll
      ? `### ${section}. Tell\nOff until you choose a credential and enable the node. Each gets the message whatever happens to the others.`
      : `### ${section}. Tell\nOff until you choose a credential and enable the node.`,
  );
  canvas.section('Settle note', [x + 480, y, 288, isAll ? 848 : 512], `### ${section + 1}. Settle\n${settles}`);
  if (isAll) {
    canvas.add(slack([x + 64, y + 224]));
    canvas.add(email([x + 64, y + 416]));
  }
  canvas.add(telegram('Send Telegram message', [x + 64, telegramTop]));
  canvas.add(
    supabase({
      name: 'Wait as Telegram asks',
      at: [x + 272, telegramTop],
      parameters: { resource: 'alert', operation: 'pause', message: `={{ $('${from}').item.json }}` },
      credentials: undefined,
    }),
  );
  canvas.add(
    supabase({
      name: 'Settle what was told',
      at: [x + 576, y + 144],
      parameters: { resource: 'alert', operation: 'settle', ...(confirms ? {} : { confirmAlerts: false }) },
      ...(confirms ? {} : { credentials: undefined }),
    }),
  );
  canvas.connect(from, 'Settle what was told', { output: RESULT, input: RESULT });
  if (isAll) {
    canvas.connect(from, 'Send Slack message', { output: SLACK });
    canvas.connect('Send Slack message', 'Settle what was told', { input: SLACK });
    canvas.connect(from, 'Send e-mail', { output: EMAIL });
    canvas.connect('Send e-mail', 'Settle what was told', { input: EMAIL });
  }
  canvas.connect(from, 'Send Telegram message', { output: TELEGRAM });
  canvas.connect('Send Telegram message', 'Wait as Telegram asks');
  canvas.connect('Wait as Telegram asks', 'Settle what was told', { input: TELEGRAM });
  canvas.connect('Wait as Telegram asks', 'Send Telegram message', { output: 1 });
}

interface Failure {
  /** The nodes whose error output leads here, and which of their outputs that is. */
  from: ReadonlyArray<readonly [node: string, output: number]>;
  at: readonly [x: number, y: number];
  section: number;
  nextStep: string;
}

/** What happens when a step fails: an alert where one is wanted, and an execution that ends with the error. */
export function addFailure(canvas: Canvas, { from, at: [x, y], section, nextStep }: Failure): void {
  canvas.section(
    'Failure note',
    [x, y, 800, 480],
    `### ${section}. If something fails\nAlerts, and ends as a failed execution. The Telegram node is off until you enable it.`,
  );
  canvas.add(
    supabase({
      name: 'Describe failure',
      at: [x + 80, y + 192],
      parameters: { resource: 'alert', operation: 'tellFailure', nextStep },
      credentials: undefined,
      executeOnce: true,
    }),
  );
  canvas.add(telegram('Send Telegram alert', [x + 336, y + 304]));
  canvas.add(
    supabase({
      name: 'Stop with the error',
      at: [x + 608, y + 192],
      parameters: { resource: 'alert', operation: 'settle', confirmAlerts: false },
      credentials: undefined,
    }),
  );
  for (const [node, output] of from) canvas.connect(node, 'Describe failure', { output });
  canvas.connect('Describe failure', 'Stop with the error', { output: RESULT, input: RESULT });
  canvas.connect('Describe failure', 'Send Telegram alert', { output: TELEGRAM });
  canvas.connect('Send Telegram alert', 'Stop with the error', { input: TELEGRAM });
}
