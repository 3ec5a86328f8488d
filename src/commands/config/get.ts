import {defineCommand} from '../../cli/definition.ts'
import type * as Operation from '../../operations/config/config.ts'
import {renderSetting} from '../../render/config.ts'

/** Reads who is asked as whom, which no other command need load for it. */
async function operations(): Promise<Pick<typeof Operation, 'config' | 'settingOf'>> {
  return import('../../operations/config/config.ts')
}

export default defineCommand({
  summary: 'print the value of one setting',
  description:
    'As a script takes it: nothing where it is not set, a list with a line for each. "prosody-mods config" lists the settings.',
  examples: ['prosody-mods config get cache', 'prosody-mods config get prosody --json'],
  operands: {
    name: 'key',
    description: 'the setting, as "prosody-mods config" writes it',
    required: true,
    many: false,
  },
  flags: {},
  async run({operands: [key = '']}, environment) {
    const {config, settingOf} = await operations()
    const setting = settingOf(await config(environment), key)
    return {json: setting, verbatim: true, text: () => renderSetting(setting)}
  },
})
