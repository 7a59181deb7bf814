import fc from 'fast-check';
import { refusal } from '../../../../nodes/Twenty/trigger/signature';
import { check } from '../../../lead/property';
import { RECORDED, SECRET, type RecordedDelivery } from './recorded';

const DELIVERIES = 100_000;

/** Deliveries as recorded, and then changed in the timestamp, the signature or the body. */
const tampered: fc.Arbitrary<RecordedDelivery> = fc
  .record({
    original: fc.constantFrom(...RECORDED),
    part: fc.constantFrom('timestamp', 'signature', 'rawBody'),
    at: fc.nat(),
    how: fc.constantFrom('replace', 'insert', 'remove', 'cut', 'swap'),
    text: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
      fc.constantFrom('0', 'a', ' ', '\0', '}'),
    ),
  })
  .map(({ original, part, at, how, text }) => {
    const key = part as 'timestamp' | 'signature' | 'rawBody';
    return { ...original, [key]: change(original[key], at % original[key].length, how, text) };
  });

function change(value: string, at: number, how: string, text: string): string {
  const [before, after] = [value.slice(0, at), value.slice(at)];
  switch (how) {
    case 'replace':
      return before + text + after.slice(text.length);
    case 'insert':
      return before + text + after;
    case 'remove':
      return before + after.slice(1);
    case 'swap':
      return before + (after[1] ?? '') + after[0] + after.slice(2);
    default:
      return before;
  }
}

const isUntouched = ({ timestamp, signature, rawBody }: RecordedDelivery): boolean =>
  RECORDED.some(
    (one) =>
      one.timestamp === timestamp &&
      one.signature === signature &&
      Buffer.from(one.rawBody).equals(Buffer.from(rawBody)),
  );

it(`lets none of ${DELIVERIES} tampered deliveries in`, () => {
  let refused = 0;
  check(
    fc.property(tampered, (delivery) => {
      fc.pre(!isUntouched(delivery));
      const { timestamp, signature, rawBody } = delivery;
      const reason = refusal({
        headers: { timestamp, signature },
        rawBody: Buffer.from(rawBody),
        secret: SECRET,
        now: Number(RECORDED[0].timestamp),
        // Old or new must not matter: only the signature stands in the way.
        maxAgeMs: Number.MAX_SAFE_INTEGER,
      });
      refused += reason === null ? 0 : 1;
      return reason !== null;
    }),
    DELIVERIES,
  );
  expect(refused).toBe(DELIVERIES);
});
