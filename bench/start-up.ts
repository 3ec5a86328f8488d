import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {mustRun} from '../test/helpers/program.ts'
import {openCorpus} from './corpus.ts'
import {printRace} from './print.ts'
import {race, type Contestant} from './race.ts'
import {installFromDebian, program, type Workspace} from './workspace.ts'

const budget = 'under 3×'

/** How long a command takes that has little to do, against Node itself and against oclif with one empty command. */
export async function startUp(workspace: Workspace, rounds: number): Promise<void> {
  const {version} = openCorpus()
  const project = join(workspace.folder, 'start-up')
  await installFromDebian(workspace, project, {version, modules: ['muc_moderation']})
  const ours = (args: readonly string[], expected: RegExp): Contestant =>
    contestant(
      `prosody-mods ${args.join(' ')}`,
      {command: [...program, ...args], cwd: project, expected},
      workspace,
    )
  const bare = await bareOclif(join(workspace.folder, 'bare'))
  const series = await race(
    [
      contestant(
        'node -e 0',
        {command: [process.execPath, '-e', '0'], cwd: project, expected: /^$/},
        workspace,
      ),
      contestant(
        'oclif with an empty command',
        {command: bare, cwd: project, expected: /^empty\n$/},
        workspace,
      ),
      ours(['--version'], /^prosody-mods\//),
      ours(['--help'], /^FLAGS OF EVERY COMMAND$/m),
      ours(['completion', 'bash'], /^complete -F _prosody_mods prosody-mods$/m),
      ours(['list'], /^community\/muc_moderation .*\b2025\.4\.2\b/m),
      ours(['verify'], /./),
      ours(['info', 'muc_moderation'], /26da8e40|muc_moderation/),
      ours(['search', 'moderation'], /\bmuc_moderation\b/),
      ours(['diff', 'jitsi@8719', 'jitsi@9457'], /rate_limit_whitelist_hosts/),
      ours(['install'], /./),
    ],
    rounds,
  )
  const [node, ...others] = series
  if (node === undefined) return
  printRace(
    series,
    others.map((over) => ({over, under: node, budget: over.name.startsWith('prosody-mods') ? budget : ''})),
  )
}

function contestant(
  name: string,
  at: {readonly command: readonly string[]; readonly cwd: string; readonly expected: RegExp},
  {env}: Workspace,
): Contestant {
  let printed = ''
  return {
    name,
    async run() {
      printed = await mustRun(at.command, {cwd: at.cwd, env})
    },
    check() {
      if (at.expected.test(printed)) return Promise.resolve()
      return Promise.reject(
        new Error(`${name} printed something else than ${String(at.expected)}:\n${printed}`),
      )
    },
  }
}

/** The start file of oclif's template, with a manifest, as oclif's own programs are published. */
async function bareOclif(folder: string): Promise<readonly string[]> {
  const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
  await mkdir(join(folder, 'commands'), {recursive: true})
  await symlink(modules, join(folder, 'node_modules'))
  const command = {
    id: 'empty',
    aliases: [],
    args: {},
    flags: {},
    isESM: true,
    pluginName: 'bare',
    pluginType: 'core',
  }
  const texts = {
    'package.json': JSON.stringify({
      name: 'bare',
      version: '1.0.0',
      type: 'module',
      oclif: {commands: './commands'},
    }),
    'oclif.manifest.json': JSON.stringify({version: '1.0.0', commands: {empty: command}}),
    'commands/empty.js': `import {Command} from '@oclif/core'
export default class Empty extends Command {
  async run() {
    await this.parse(Empty)
    this.log('empty')
  }
}
`,
    'run.js': "import {execute} from '@oclif/core'\nawait execute({dir: import.meta.url})\n",
  }
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text)
  return [process.execPath, join(folder, 'run.js'), 'empty']
}
