/** Tells the tests of this worker the addresses of its own database. */
const databases = JSON.parse(process.env.TEST_DATABASES ?? '[]') as Array<Record<string, string>>;
Object.assign(process.env, databases[Number(process.env.JEST_WORKER_ID) - 1]);
