import {messageOf, ProsodyModsError} from '../../src/errors.ts'
import {runRegistryTool} from './run.ts'

try {
  await runRegistryTool(process.argv.slice(2), (line) => void process.stdout.write(`${line}\n`))
} catch (error) {
  const known = error instanceof ProsodyModsError
  const hint = known && error.hint !== undefined ? `\n  hint: ${error.hint}` : ''
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? messageOf(error))}${hint}\n`)
  process.exitCode = known ? error.exitCode : 1
}
