import type { Resource } from '../types';
import { get } from './get.operation';
import { preview } from './preview.operation';
import { publish } from './publish.operation';
import { report } from './report.operation';
import { rollBack } from './rollBack.operation';

export const scoringRules: Resource = { name: 'Scoring Rule', operations: { get, preview, publish, rollBack, report } };
