import type { Resource } from '../../../frame';
import { sendStage } from './send-stage.operation';

export const conversion: Resource<void> = {
  name: 'Conversion',
  description: 'What became of leads, for Meta to find more of the good ones',
  operations: { sendStage },
};
