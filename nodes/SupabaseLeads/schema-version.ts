/** The version of the database's schema that this package is made for; it goes up with the first change of `migrations` after a release. */
export const SCHEMA_VERSION = 2;
