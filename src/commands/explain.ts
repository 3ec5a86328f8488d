import {addAbortSignal, Readable} from 'node:stream'
import {defineCommand, type Output} from '../cli/definition.ts'
import {ProsodyModsError} from '../errors.ts'
import type * as Operation from '../operations/explain/explain.ts'
import type * as Text from '../operations/explain/text.ts'
import type * as Lines from '../operations/explain/text-lines.ts'
import {print} from '../render/output.ts'
import {renderExplain} from '../render/explain.ts'

/** They are loaded for this command alone. */
async function operation(): Promise<typeof Operation & typeof Text & typeof Lines> {
  return {
    ...(await import('../operations/explain/explain.ts')),
    ...(await import('../operations/explain/text.ts')),
    ...(await import('../operations/explain/text-lines.ts')),
  }
}

/** Nothing in the text is understood. */
const notUnderstood = 3

/** A word alone that is a code is no message: what there is to say of it. */
async function codePage(operands: readonly string[]): Promise<Output | undefined> {
  const [word, ...others] = operands
  if (word === undefined || others.length > 0) return undefined
  const {explanationOf, refuseLikeCode, renderExplanation} = await import('../cli/help/explained.ts')
  const found = explanationOf(word)
  if (found !== undefined) return {json: found, text: () => renderExplanation(found)}
  refuseLikeCode(word)
  return undefined
}

export default defineCommand({
  summary: "tell what a message of Prosody's log, or a code, means",
  description: `The code of an error or a warning of prosody-mods, such as MODULE_AMBIGUOUS, is told what it means and what to do; so is a rule or code of lint.
Otherwise it reads a line, an error or a whole log from standard input, or takes its operands for the text: one message each, or the path of a log. The answers come from the project's lockfile and files, the facts that are known of its modules, and the registry; nothing is fetched or run. Outside of a project, less is known. Exits with 3 where nothing is understood.`,
  examples: [
    'prosody-mods explain MODULE_AMBIGUOUS',
    'prosody-mods explain < /var/log/prosody/prosody.err',
    '$ docker logs my-prosody 2>&1 | prosody-mods explain',
    'prosody-mods explain /var/log/prosody/prosody.log',
    `prosody-mods explain "module 'basexx' not found"`,
    'prosody-mods explain --json < prosody.log',
  ],
  operands: {
    name: 'text',
    description: 'a code, messages, or the path of a log, in place of standard input (-)',
    required: false,
    many: true,
    completes: ['files'],
  },
  flags: {},
  async run({operands}, environment) {
    const page = await codePage(operands)
    if (page !== undefined) return page
    const {explain, operandText, textLines} = await operation()
    const isPiped = operands.length === 0 || (operands.length === 1 && operands[0] === '-')
    if (isPiped && process.stdin.isTTY)
      print('stderr', "paste lines of Prosody's log or an error, then press Ctrl-D on a line of its own:\n")
    const chunks = isPiped ? process.stdin : operandText(operands, environment.cwd)
    const stream = chunks instanceof Readable ? addAbortSignal(environment.signal, chunks) : chunks
    const result = await explain(textLines(stream), environment)
    if (result.lines === 0) {
      throw new ProsodyModsError('USAGE', 'there is nothing to explain: the text is empty', {
        hint: 'pipe a log into it: prosody-mods explain < prosody.log',
      })
    }
    return {
      json: result,
      exitCode: result.explained.length === 0 ? notUnderstood : 0,
      text: () => renderExplain(result),
    }
  },
})
