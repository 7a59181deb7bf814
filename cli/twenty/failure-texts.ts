import { networkAdvice } from '../http';
import type { FailureCategory, TwentyFailure } from '../../nodes/Twenty/transport/failures';

const RUN_AGAIN = 'Run the command again: it goes on where it stopped.';

const NEXT_STEPS: Partial<Record<FailureCategory, string>> = {
  auth: 'Make a new key in Twenty under Settings › APIs & Webhooks and give it with --twenty-api-key.',
  permission:
    'Give the role of the API key this permission in Twenty under Settings › Roles (or choose another role for the key under Settings › APIs & Webhooks), then run the command again.',
  rate_limit: 'Wait until what else uses the workspace’s API has ended, then run the command again.',
  wrong_url:
    'Give --twenty-url: https://api.twenty.com for Twenty Cloud, otherwise the address at which you open Twenty.',
  firewall: 'Let the address of this machine through, or give the address behind the firewall with --twenty-url.',
  quota: 'Look in Twenty under Settings › Billing.',
};

/** A failed call of Twenty as the command tells it. */
export function describeTwentyFailure({ category, detail, networkError }: TwentyFailure): {
  error: string;
  next_step: string;
} {
  const words = category === 'network' && networkError !== undefined ? `${detail} (${networkError})` : detail;
  const error = category === 'auth' ? `Twenty does not accept the API key: ${words}.` : `Twenty: ${words}.`;
  if (category === 'network') {
    const next_step = `Check --twenty-url, and that Twenty runs. ${networkAdvice(networkError ?? '')}`;
    return { error, next_step };
  }
  return { error: error.replace(/([.!?])\.$/, '$1'), next_step: NEXT_STEPS[category] ?? RUN_AGAIN };
}
