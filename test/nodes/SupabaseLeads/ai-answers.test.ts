import { hasNoModel, readAnswers } from '../../../nodes/SupabaseLeads/actions/lead/ai-answers';

const LEADS = [
  { lead_id: 'a', facts: { job_title: 'CEO' } },
  { lead_id: 'b', facts: { country: 'France' } },
];
const ANSWER = { output: { segment: 'Enterprise', confidence: 0.8 } };

describe('answers of a model', () => {
  it('belong to the leads in their order, with the facts that the model was told', () => {
    const { results, error } = readAnswers(LEADS, [ANSWER, { output: { segment: null, confidence: 0.2 } }]);

    expect(results).toEqual([
      { lead_id: 'a', facts: { job_title: 'CEO' }, segment: 'Enterprise', confidence: 0.8 },
      { lead_id: 'b', facts: { country: 'France' }, segment: null, confidence: 0.2 },
    ]);
    expect(error).toBeNull();
  });

  it('that do not fit the form count as no segment, and are named', () => {
    const read = readAnswers(LEADS, [ANSWER, { error: "Model output doesn't fit required format" }]);

    expect(read.results[1]).toMatchObject({ lead_id: 'b', segment: null, confidence: 0 });
    expect(read).toMatchObject({ unreadable: ['b'], unanswered: 0, error: null });
  });

  it('that did not come leave their leads unanswered', () => {
    const read = readAnswers(LEADS, [ANSWER, { error: { message: 'timeout' } }]);

    expect(read.results.map(({ lead_id }) => lead_id)).toEqual(['a']);
    expect(read).toMatchObject({ unanswered: 1, error: 'timeout' });
    expect(hasNoModel(read)).toBe(false);
  });

  it('in another number than leads belong to nobody', () => {
    expect(readAnswers(LEADS, [ANSWER])).toMatchObject({ results: [], unanswered: 2, error: 'no answer' });
  });

  it('tell when no model is enabled', () => {
    const error = 'A Model sub-node must be connected and enabled';

    expect(hasNoModel(readAnswers(LEADS, [{ error }, { error }]))).toBe(true);
  });
});
