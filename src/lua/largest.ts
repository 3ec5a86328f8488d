/** Bytes of a file that is read as Lua: larger ones than any that people write would cost gigabytes to parse. */
export const largest = 2 * 2 ** 20
