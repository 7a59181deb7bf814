import { refusal, type SignatureCheck } from '../../../../nodes/Twenty/trigger/signature';
import { recorded, RECORDED, SECRET, type RecordedDelivery } from './recorded';

const MINUTE = 60_000;

function check(delivery: RecordedDelivery, changes: Partial<SignatureCheck> = {}): string | null {
  const { timestamp, signature, rawBody } = delivery;
  return refusal({
    headers: { timestamp, signature },
    rawBody: Buffer.from(rawBody),
    secret: SECRET,
    now: Number(timestamp),
    maxAgeMs: 5 * MINUTE,
    ...changes,
  });
}

const updated = recorded('updated');
const sentAt = Number(updated.timestamp);

describe('the signature of a delivery', () => {
  it.each(RECORDED)('lets in what Twenty $release sent when a person was $what', (delivery) => {
    expect(check(delivery)).toBeNull();
  });

  it('refuses a delivery signed with another secret', () => {
    expect(check(updated, { secret: 's3cr3t-keY' })).toBe('the signature is wrong');
  });

  it.each([
    { what: 'signature', headers: { timestamp: updated.timestamp, signature: undefined } },
    { what: 'timestamp', headers: { timestamp: undefined, signature: updated.signature } },
  ])('refuses a delivery without a $what', ({ headers }) => {
    expect(check(updated, { headers })).toBe('the delivery is not signed');
  });

  it.each([
    '',
    'abc',
    updated.signature.slice(1),
    `${updated.signature}0`,
    updated.signature.toUpperCase(),
    `sha256=${updated.signature}`,
    ` ${updated.signature}`,
    'é'.repeat(64),
  ])('refuses the malformed signature "%s"', (signature) => {
    expect(check(updated, { headers: { timestamp: updated.timestamp, signature } })).toBe('the signature is malformed');
  });

  it.each(['', 'now', '-1', '1e12', `${updated.timestamp}.5`, ` ${updated.timestamp}`, '9'.repeat(40), '٣'])(
    'refuses the timestamp "%s"',
    (timestamp) => {
      expect(check(updated, { headers: { timestamp, signature: updated.signature } })).toBe(
        'the timestamp is not a time',
      );
    },
  );

  it('refuses another time than the one that was signed', () => {
    const headers = { timestamp: String(sentAt + 1), signature: updated.signature };

    expect(check(updated, { headers })).toBe('the signature is wrong');
  });

  it('refuses a body of which any one byte was changed, left out or added', () => {
    const body = Buffer.from(updated.rawBody);
    for (let at = 0; at < body.length; at++) {
      const changed = Buffer.from(body);
      changed[at] ^= 1;
      const shorter = Buffer.concat([body.subarray(0, at), body.subarray(at + 1)]);
      const longer = Buffer.concat([body.subarray(0, at), Buffer.from(' '), body.subarray(at)]);
      for (const rawBody of [changed, shorter, longer]) {
        expect(check(updated, { rawBody })).toBe('the signature is wrong');
      }
    }
  });

  it('refuses the same JSON written in another way', () => {
    const rawBody = Buffer.from(JSON.stringify(JSON.parse(updated.rawBody), null, 1));

    expect(check(updated, { rawBody })).toBe('the signature is wrong');
  });

  it.each([
    { minutes: 5, says: null },
    { minutes: -5, says: null },
    { minutes: 5.1, says: 'the delivery is 306 s old' },
    { minutes: -5.1, says: 'the delivery is dated 306 s ahead' },
  ])('received $minutes minutes later: $says', ({ minutes, says }) => {
    expect(check(updated, { now: sentAt + minutes * MINUTE })).toBe(says);
  });
});
