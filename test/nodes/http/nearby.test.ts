import { isNearbyAddress } from '../../../nodes/http/nearby';

test.each([
  'http://localhost:5678/webhook',
  'http://10.1.2.3',
  'http://172.16.0.1:80',
  'http://[::1]:5678',
  'http://[fd00::1]',
  'http://n8n:5678',
  'http://crm.local',
  'https://host.docker.internal',
])('%s is nearby', (address) => {
  expect(isNearbyAddress(address)).toBe(true);
});

test.each(['https://crm.example.com', 'http://8.8.8.8', 'http://172.32.0.1', 'http://[2001:db8::1]'])(
  '%s may be far away',
  (address) => {
    expect(isNearbyAddress(address)).toBe(false);
  },
);
