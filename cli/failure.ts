import { describeTwentyFailure } from './twenty/failure-texts';
import { TwentyError } from '../nodes/Twenty/transport/failures';

/** Why a command cannot go on: the message says what happened, `nextStep` what to do about it. */
export class CliError extends Error {
  override name = 'CliError';

  constructor(
    message: string,
    readonly nextStep: string,
  ) {
    super(message);
  }
}

/** What a failed command says. */
export interface Explanation {
  error: string;
  /** Empty where the error holds it already. */
  next_step: string;
}

/** Errors of the database's part say what to do in their messages. */
const SAYS_ALL = new Set(['ConnectionError', 'MigrationError']);

/** Any error as what happened and the next step; an unexpected one with where it came from. */
export function explain(error: unknown): Explanation {
  if (error instanceof CliError) return { error: error.message, next_step: error.nextStep };
  if (error instanceof TwentyError) return describeTwentyFailure(error.failure);
  if (error instanceof Error && SAYS_ALL.has(error.name)) return { error: error.message, next_step: '' };
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    error: `Something went wrong that nobody foresaw: ${reason}`,
    next_step: 'Run the command again: it goes on where it stopped. If it happens again, report it with this text.',
  };
}
