import type { IDataObject } from 'n8n-workflow';

/** What a model said to each lead of a batch. */
export interface AiAnswers {
  /** As `apply_ai_segments` takes them. */
  results: Array<{ lead_id: unknown; facts: unknown; segment: unknown; confidence: unknown }>;
  /** Leads whose answer was no segment with a confidence. */
  unreadable: unknown[];
  /** Leads that got no answer. */
  unanswered: number;
  /** Why not; null when all got one. */
  error: string | null;
}

/** What n8n's chains say of an answer that does not fit the wished form. */
const NO_ANSWER = /required format|empty response/i;
/** What they say when no model is connected or enabled. */
const NO_MODEL = /sub-node must be connected|connect a model/i;

const reasonOf = ({ error }: IDataObject): string =>
  String((error as IDataObject | undefined)?.message ?? error ?? 'no answer');

const isUnreadable = (answer: IDataObject): boolean => !answer.output && NO_ANSWER.test(reasonOf(answer));

/**
 * Puts the answers of a chain to the leads that it was asked about; the chain keeps their order. Where it gave another
 * number of items, nobody knows whose they are.
 */
export function readAnswers(leads: readonly IDataObject[], answers: readonly IDataObject[]): AiAnswers {
  const paired = leads.map(({ lead_id, facts }, n) => ({
    lead_id,
    facts,
    answer: answers.length === leads.length ? answers[n] : {},
  }));
  const usable = paired.filter(({ answer }) => Boolean(answer.output) || isUnreadable(answer));
  const lost = paired.find((pair) => !usable.includes(pair));
  return {
    results: usable.map(({ lead_id, facts, answer }) => {
      const { segment = null, confidence = 0 } = (answer.output ?? {}) as IDataObject;
      return { lead_id, facts, segment, confidence };
    }),
    unreadable: usable.filter(({ answer }) => isUnreadable(answer)).map(({ lead_id }) => lead_id),
    unanswered: paired.length - usable.length,
    error: lost ? reasonOf(lost.answer) : null,
  };
}

/** Whether there is nobody to ask: no model is connected, or it is not enabled. */
export const hasNoModel = ({ results, error }: AiAnswers): boolean =>
  results.length === 0 && NO_MODEL.test(error ?? '');
