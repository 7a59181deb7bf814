#!/usr/bin/env node
/** `npx n8n-nodes-lead-sync <command>`: sets the sync up in somebody's own systems and looks after it. */
import { Command } from 'commander';
import { version } from '../package.json';
import { COMMANDS } from './commands';

const program = new Command('lead-sync')
  .description('Keeps leads the same in Twenty CRM and Supabase, in both directions, from inside n8n')
  .version(version)
  .showHelpAfterError()
  .addHelpText(
    'after',
    '\nAddresses and keys come from the options, the environment, or lead-sync.env in this folder, where what is asked is kept.',
  );

for (const command of COMMANDS) program.addCommand(command);

// Whoever reads the output may have gone, e.g. head: the work goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void program.parseAsync();
