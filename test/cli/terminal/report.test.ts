import { Report } from '../../../cli/terminal/report';

const SECRET = { web_forms: { secret: 'told once' } };
let told: string[];

beforeEach(() => {
  told = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => told.push(line));
});
afterEach(() => jest.restoreAllMocks());

const failure = { error: 'n8n does not answer.', next_step: '' };

it('tells a script what is told only once, even where the command fails afterwards', () => {
  const report = new Report('setup', true);
  report.tellOnce('The secret is told once', SECRET);
  report.fail(failure);

  expect(told.map((text) => JSON.parse(text) as unknown)).toEqual([expect.objectContaining({ ok: false, ...SECRET })]);
});

it('tells a person at once', () => {
  new Report('setup', false).tellOnce('The secret is told once', SECRET);
  expect(told).toEqual(['The secret is told once']);
});
