const { default: TestRunner } = require('jest-runner');

/** Jest's own runner, one file after another: the database files share one database. */
module.exports = class SerialRunner extends TestRunner {
  isSerial = true;
};
