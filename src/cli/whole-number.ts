import {ProsodyModsError} from '../errors.ts'

/**
 * Reads the value of a flag that counts something; undefined where it was not given. Throws USAGE for what is no whole
 * number from 1.
 */
export function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new ProsodyModsError(
    'USAGE',
    `${flag}: expected a whole number from 1, got ${JSON.stringify(text)}`,
    {
      hint: `for example ${flag} 5`,
      details: {flag, value: text},
    },
  )
}
