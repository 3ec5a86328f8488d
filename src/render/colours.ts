import pc from 'picocolors'

/**
 * Colours for a stream: on a terminal, unless NO_COLOR is set; elsewhere only with FORCE_COLOR. (By itself
 * picocolors also colours pipes where CI is set, and CI logs are read by programs.)
 */
function coloursFor(stream: {readonly isTTY?: boolean}): ReturnType<typeof pc.createColors> {
  const {NO_COLOR: never, FORCE_COLOR: always} = process.env
  if (never !== undefined && never !== '') return pc.createColors(false)
  return pc.createColors(stream.isTTY === true || (always !== undefined && always !== '' && always !== '0'))
}

/** For results. */
export const out = coloursFor(process.stdout)
/** For errors and progress. */
export const err = coloursFor(process.stderr)
