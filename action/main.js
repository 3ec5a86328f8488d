import {forgeOf} from './forge.js'
import {follow} from './follow.js'
import {propose} from './propose.js'
import {report} from './report.js'
import {JobError, settingsOf} from './settings.js'

const modes = {report, follow, propose}

try {
  const settings = settingsOf(process.env)
  if (!Object.hasOwn(modes, settings.mode))
    throw new JobError(`PROSODY_MODS_MODE: expected ${Object.keys(modes).join(', ')}, got ${settings.mode}`, {
      exitCode: 2,
    })
  const print = (line) => process.stdout.write(`${line}\n`)
  process.exitCode = await modes[settings.mode](settings, forgeOf(process.env), print)
} catch (error) {
  const text = error instanceof JobError ? error.message : (error.stack ?? String(error))
  process.stderr.write(`error: ${text}\n`)
  process.exitCode = error instanceof JobError ? error.exitCode : 1
}
