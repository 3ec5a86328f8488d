import {ProsodyModsError} from '../errors.ts'
import type {AddResult, add as Operation} from '../operations/add/add.ts'
import type {AddRequest} from '../operations/add/request.ts'
import {defineCommand} from '../cli/definition.ts'
import {allowPath, dryRun, force, offline} from '../cli/flags.ts'
import type {Environment} from '../workbench/environment.ts'
import {askForOne, askWhether, canAsk} from '../render/ask.ts'
import {renderAdd} from '../render/write.ts'

/** Brings fetching with it, which no other command shall load. */
async function operation(): Promise<typeof Operation> {
  return (await import('../operations/add/add.ts')).add
}

/** Where there is no project, whoever sits at the terminal is asked whether to make one. */
async function addOrAsk(request: AddRequest, environment: Environment): Promise<AddResult> {
  const add = await operation()
  try {
    return await add(request, environment)
  } catch (error) {
    const isMissing = error instanceof ProsodyModsError && error.code === 'MANIFEST_MISSING'
    if (!isMissing || request.choose === undefined) throw error
    const question = `There is ${error.message}. Make a project in ${environment.cwd} for it? [Y/n] `
    if (!(await askWhether(question))) throw error
    return add({...request, init: true}, environment)
  }
}

function layoutOf(text: string | undefined): AddRequest['layout'] {
  if (text === undefined || text === 'folders' || text === 'flat') return text
  throw new ProsodyModsError('USAGE', `--layout: expected folders or flat, got ${text}`, {
    hint: 'folders gives each module the libraries beside it; flat takes all as one tree',
  })
}

export default defineCommand({
  summary: 'bring modules in: resolve, fetch, verify, check and write them',
  tells: 'success',
  description: `A module is named [source/]name[@version]; a folder, or a module's main file, by its path, a file or archive
by its URL. Of what lies beside a main file only what its code loads is taken.
Without a version, the newest release whose digests the registry knows is taken.
Where there is no project, --init makes one with it, all or nothing; on a terminal you are asked.`,
  examples: [
    'prosody-mods add muc_moderation',
    'prosody-mods add --init muc_moderation',
    'prosody-mods add community/http_oauth2@2025 jitsi-contrib/token_affiliation',
    'prosody-mods add jitsi@10008',
    'prosody-mods add jitsi --latest',
    'prosody-mods add jitsi@10008 --except smacks --except external_services',
    'prosody-mods add ./docker/mod_hello.lua',
    'prosody-mods add ./modules/mod_hello https://example.org/mod_x.lua#sha256=<64 hex digits>',
  ],
  operands: {name: 'spec', description: 'one or more modules, paths or URLs', required: true, many: true},
  flags: {
    init: {
      type: 'switch',
      description: 'make a project of this folder first, as init does, where there is none',
    },
    'allow-shadow': {type: 'switch', description: "add a module that hides one of Prosody's own"},
    layout: {
      type: 'text',
      value: '<folders|flat>',
      description:
        'how modules lie in paths and URLs: each gets the libraries beside it, or all are one tree like that of Jitsi',
    },
    except: {
      type: 'list',
      value: '<module>',
      description: 'leave a module out of the whole tree that is added; may be given more than once',
    },
    latest: {
      type: 'switch',
      description: 'ask publishers for the newest release, also beyond those whose digests are known',
    },
    offline,
    'allow-path': allowPath,
    force,
    'dry-run': dryRun,
  },
  async run({flags, operands}, environment) {
    const result = await addOrAsk(
      {
        specs: operands,
        latest: flags.latest,
        offline: flags.offline,
        force: flags.force,
        dryRun: flags['dry-run'],
        allowShadow: flags['allow-shadow'],
        layout: layoutOf(flags.layout),
        except: flags.except,
        init: flags.init,
        ...(canAsk(environment.env) && !flags.json ? {choose: askForOne} : {}),
      },
      environment,
    )
    return {json: result, text: () => renderAdd(result)}
  },
})
