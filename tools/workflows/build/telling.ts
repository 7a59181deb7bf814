import { TELLING_OUTPUTS } from '../../../nodes/SupabaseLeads/actions/alert/channel-fields';
import type { Canvas } from './canvas';
import { email, slack, supabase, telegram } from './steps';

/** The outputs of a node that tells, and the inputs of the one that settles. */
export const OUTPUTS = {
  result: TELLING_OUTPUTS.indexOf('Result'),
  slack: TELLING_OUTPUTS.indexOf('Slack'),
  email: TELLING_OUTPUTS.indexOf('Email'),
  telegram: TELLING_OUTPUTS.indexOf('Telegram'),
};

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
  /** Whether what Telegram gets may be questions, with buttons. */
  asks?: boolean;
}

/** The channels behind a node that tells, and the node that draws the conclusion from what they said. */
export function addTelling(
  canvas: Canvas,
  { from, at: [x, y], channels, section, settles, confirms, asks }: Telling,
): void {
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
  canvas.add(telegram('Send Telegram message', [x + 64, telegramTop], { asks }));
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
  canvas.connect(from, 'Settle what was told', { output: OUTPUTS.result, input: OUTPUTS.result });
  if (isAll) {
    canvas.connect(from, 'Send Slack message', { output: OUTPUTS.slack });
    canvas.connect('Send Slack message', 'Settle what was told', { input: OUTPUTS.slack });
    canvas.connect(from, 'Send e-mail', { output: OUTPUTS.email });
    canvas.connect('Send e-mail', 'Settle what was told', { input: OUTPUTS.email });
  }
  canvas.connect(from, 'Send Telegram message', { output: OUTPUTS.telegram });
  canvas.connect('Send Telegram message', 'Wait as Telegram asks');
  canvas.connect('Wait as Telegram asks', 'Settle what was told', { input: OUTPUTS.telegram });
  canvas.connect('Wait as Telegram asks', 'Send Telegram message', { output: 1 });
}
