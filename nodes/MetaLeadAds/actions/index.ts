import { conversion } from './conversion';
import { form } from './form';
import { intake } from './intake';
import { lead } from './lead';

export const resources = { lead, form, intake, conversion };
