/** Bytes of a file that is checked: larger ones than any Lua that people write would cost gigabytes to parse. */
export const largest = 8 * 2 ** 20
