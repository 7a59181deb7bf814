import type { Resource } from '../types';
import { pause } from './pause.operation';
import { settle } from './settle.operation';
import { tell } from './tell.operation';
import { tellFailure } from './tellFailure.operation';

export const alert: Resource = { name: 'Alert', operations: { tell, tellFailure, pause, settle } };
