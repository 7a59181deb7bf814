import { checkbox, confirm, input, password } from '@inquirer/prompts';
import { CliError } from '../failure';

export interface Choice {
  value: string;
  name: string;
  checked: boolean;
}

/** Asks the person at the terminal, where there is one, and counts the questions. */
export class Asker {
  questions = 0;

  /** @param mayAsk off with --yes and where input or output is no terminal */
  constructor(readonly mayAsk: boolean) {}

  /** @param shape says what is wrong with an answer */
  async text(
    message: string,
    { secret, initial, shape }: { secret: boolean; initial?: string; shape: (value: string) => string | undefined },
  ): Promise<string> {
    this.questions += 1;
    const validate = (value: string): true | string => shape(value.trim()) ?? true;
    const answer = secret
      ? await password({ message, mask: '*', validate })
      : await input({ message, default: initial, validate });
    return answer.trim();
  }

  async choose(message: string, choices: Choice[]): Promise<string[]> {
    this.questions += 1;
    return await checkbox({ message, choices, pageSize: choices.length });
  }

  /** True without asking with --yes. @throws CliError where nobody can be asked */
  async agrees(message: string, isAgreed: boolean): Promise<boolean> {
    if (isAgreed) return true;
    if (!this.mayAsk) {
      throw new CliError(`There is no terminal to ask: ${message}`, 'Run it again with --yes to say yes.');
    }
    this.questions += 1;
    return await confirm({ message, default: true });
  }
}
