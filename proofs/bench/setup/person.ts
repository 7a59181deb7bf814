import { spawn } from 'node:child_process';

/** What a question says, and what is typed. */
export interface Reply {
  question: RegExp;
  answer: string;
}

export interface Dialogue {
  /** Questions that were asked. */
  questions: number;
  code: number | null;
  /** All that was on the screen. */
  text: string;
}

const ENTER = '\r';

/**
 * Runs a command at a terminal (util-linux's `script` makes one) and answers each question when it comes.
 * @throws Error with what was printed where a question comes that nobody foresaw
 */
export async function converse(
  command: string[],
  replies: readonly Reply[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Dialogue> {
  const quoted = command.map((part) => `'${part}'`).join(' ');
  const child = spawn('script', ['-qefc', quoted, '/dev/null'], { ...options, stdio: ['pipe', 'pipe', 'inherit'] });
  const open = [...replies];
  let text = '';
  let unread = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    unread += chunk.toString();
    const reply = open.findIndex(({ question }) => question.test(unread));
    if (reply === -1) return;
    unread = '';
    child.stdin.write(`${open[reply].answer}${ENTER}`);
    open.splice(reply, 1);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { questions: replies.length - open.length, code, text };
}
