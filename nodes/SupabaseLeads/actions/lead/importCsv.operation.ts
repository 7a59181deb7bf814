import type { INodeExecutionData } from 'n8n-workflow';
import { countField, optionsField, toItems, type Item } from '../../../frame';
import { importCsv as importFile } from '../../csv/import';
import type { LeadDatabase } from '../../transport/client';
import type { NodeRun, Operation } from '../types';
import { upsertLeads } from './upsert-leads';

const DEFAULT_BATCH_SIZE = 1_000;
const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le'];

interface ImportOptions {
  delimiter?: string;
  encoding?: string;
}

const optionsOf = (item: Item): ImportOptions => item.value('options', {}) as ImportOptions;

/** @throws NodeOperationError when the bytes are none of the encoding's */
async function textOf(item: Item): Promise<string> {
  const field = item.text('binaryField') ?? 'data';
  const bytes = await item.context.helpers.getBinaryDataBuffer(item.index, field);
  const encoding = optionsOf(item).encoding ?? ENCODINGS[0];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw item.error(
      `The file is not ${encoding}`,
      'Save it as "CSV UTF-8", or choose another Encoding: Excel writes windows-1252 where it is not asked for UTF-8.',
    );
  }
}

async function imported(run: NodeRun, item: Item, database: LeadDatabase) {
  const source = item.text('source');
  return await importFile({
    text: await textOf(item),
    delimiter: optionsOf(item).delimiter || null,
    batchSize: item.count('batchSize', DEFAULT_BATCH_SIZE),
    store: async (leads) => (await upsertLeads(database, leads, { p_source: source }, item.index)).results,
    proceed: () => run.throwIfCancelled(),
  });
}

async function execute(run: NodeRun): Promise<INodeExecutionData[][]> {
  const database = await run.connect();
  const summaries: INodeExecutionData[] = [];
  const refused: INodeExecutionData[] = [];
  for (const item of run.items) {
    try {
      const result = await imported(run, item, database);
      summaries.push(...toItems(result.report, item.index));
      for (const line of toItems(result.refused, item.index)) refused.push(line);
    } catch (error) {
      summaries.push(run.failed(error, item.index));
    }
  }
  return [summaries, refused];
}

/** A CSV file → leads. Its lines never become items, so that a large one needs little memory. */
export const importCsv: Operation = {
  name: 'Import CSV',
  action: 'Import leads from a CSV file',
  description: 'Store the leads of a file in batches, and tell each line that was not taken, with the reason',
  outputs: ['Summary', 'Refused Lines'],
  fields: [
    {
      displayName: 'Input Binary Field',
      name: 'binaryField',
      type: 'string',
      default: 'data',
      required: true,
      hint: 'The name of the input field containing the file data to be processed',
      description:
        'Its first line names the columns: what names, email, phone, company and place are usually called becomes a lead field, other columns become attributes',
    },
    {
      displayName: 'Source',
      name: 'source',
      type: 'string',
      default: 'import',
      placeholder: 'e.g. import',
      description: 'Where the leads come from',
    },
    countField({
      displayName: 'Batch Size',
      name: 'batchSize',
      standard: DEFAULT_BATCH_SIZE,
      most: 5_000,
      description: 'How many leads go in one call at most; long ones go in smaller batches',
    }),
    optionsField(
      {
        displayName: 'Delimiter',
        name: 'delimiter',
        type: 'string',
        default: '',
        placeholder: 'e.g. ;',
        description: 'What is between two values. Comma, semicolon, tab or bar are found out when left empty.',
      },
      {
        displayName: 'Encoding',
        name: 'encoding',
        type: 'options',
        options: ENCODINGS.map((encoding) => ({ name: encoding, value: encoding })),
        default: 'utf-8',
        description: 'How letters are written in the file',
      },
    ),
  ],
  execute,
};
