// The global object as far as what the nodes use of lodash asks for it.
module.exports = { Symbol };
