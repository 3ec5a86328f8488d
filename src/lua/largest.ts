/**
 * How many bytes a file that is read as Lua may have: larger ones than any that people write would cost gigabytes to
 * parse.
 */
export const largest = 2 * 2 ** 20
