/** Tells the tests of this worker the addresses of what the global setup started for it alone. */
const addresses = JSON.parse(process.env.TEST_ADDRESSES ?? '[]') as Array<Record<string, string>>;
Object.assign(process.env, addresses[Number(process.env.JEST_WORKER_ID) - 1]);
