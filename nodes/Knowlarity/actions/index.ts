import { call } from './call';
import { intake } from './intake';

export const resources = { call, intake };
