import type { Command } from 'commander';
import { pause } from './pause';
import { resume } from './resume';
import { setUp } from './set-up';
import { status } from './status';
import { sync } from './sync';

/** All commands, in the order in which they are listed and usually needed. */
export const COMMANDS: Command[] = [setUp, sync, status, pause, resume];
