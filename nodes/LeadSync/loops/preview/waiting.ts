import type { WaitsForLead } from './report';

const rows = (count: number): string => (count === 1 ? '1 row waits' : `${count} rows wait`);

/** What somebody should know of rows that wait for their leads: a sentence for each kind there is. */
export function waitingWarnings({ due = 0, not_due: notDue = 0 }: WaitsForLead): string[] {
  return [
    ...(due > 0
      ? [
          `${rows(due)} for a lead that is not in Twenty yet: a push of leads brings it there, and the sync after that sends the row.`,
        ]
      : []),
    ...(notDue > 0
      ? [`${rows(notDue)} for a lead that is not in Twenty and not due: it is refused, held or outside of the filter.`]
      : []),
  ];
}
