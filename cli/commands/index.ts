import type { Command } from 'commander';
import { doctor } from './doctor';
import { exportConfig } from './export-config';
import { importConfig } from './import-config';
import { pause } from './pause';
import { preview } from './preview';
import { resume } from './resume';
import { setUp } from './set-up';
import { status } from './status';
import { sync } from './sync';
import { uninstall } from './uninstall';
import { upgrade } from './upgrade';

/** All commands, in the order in which they are listed and usually needed. */
export const COMMANDS: Command[] = [
  setUp,
  preview,
  sync,
  status,
  doctor,
  pause,
  resume,
  exportConfig,
  importConfig,
  upgrade,
  uninstall,
];
