import type {remove as Operation} from '../operations/remove.ts'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, dryRun, force, offline} from '../cli/flags.ts'
import {renderRemove} from '../render/write.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/remove.ts')).remove
}

export default defineCommand({
  summary: 'take modules out of manifest, lockfile and build context',
  tells: 'success',
  examples: ['prosody-mods remove muc_moderation', 'prosody-mods remove jitsi'],
  operands: {
    name: 'spec',
    description: 'one or more modules',
    required: true,
    many: true,
    completes: ['installed'],
    addresses: 'spec',
  },
  flags: {offline, 'allow-path': allowPath, force, 'dry-run': dryRun},
  async run({flags, operands}, environment) {
    const remove = await operation()
    const result = await remove(
      {specs: operands, offline: flags.offline, force: flags.force, dryRun: flags['dry-run']},
      environment,
    )
    return {json: result, text: () => renderRemove(result)}
  },
})
