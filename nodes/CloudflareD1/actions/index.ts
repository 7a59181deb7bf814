import { database } from './database';
import { replica } from './replica';

export const resources = { database, replica };
