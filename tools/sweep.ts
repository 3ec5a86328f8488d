import {mainOf} from '../src/module-name.ts'
/**
 * What the built CLI says of every module of a folder, and whether Prosody confirms it, as JSON:
 * `tsx tools/sweep.ts <folder> [--prosody <line>] [--debian <suite>] [--flat] [--beside <folder>] [--boot] [--root <folder>]`.
 * --flat: the folder is one tree like that of Jitsi; --beside: such a tree that is installed first. --boot: Prosody loads them; --root: the one in that root filesystem.
 * Works on a copy in a project of its own, asks no network, and ends with 1 where the CLI itself failed.
 */
import {cp, mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, dirname, join} from 'node:path'
import {parseArgs} from 'node:util'
import {bootAlone} from './sweep-alone.ts'
import {addAll} from './sweep-add.ts'
import {cliIn, failureOf, type Ran} from './sweep-cli.ts'
import {
  addTotals,
  bootTotals,
  checkTotals,
  depsTotals,
  identifyTotals,
  keysOf,
  optionTotals,
} from './sweep-totals.ts'

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {
    prosody: {type: 'string', default: '13.0'},
    debian: {type: 'string', default: 'trixie'},
    flat: {type: 'boolean', default: false},
    beside: {type: 'string'},
    boot: {type: 'boolean', default: false},
    root: {type: 'string'},
  },
})
const copy = 'tree'

const work = await mkdtemp(join(tmpdir(), 'prosody-mods-sweep-'))
try {
  const [folder] = positionals
  if (folder === undefined) throw new Error('name the folder with the modules')
  const result = await sweep(join(work, 'project'), folder)
  console.log(JSON.stringify(result, null, 2))
  if (result.failed.length > 0) process.exitCode = 1
} finally {
  await rm(work, {recursive: true, force: true})
}

async function sweep(project: string, folder: string) {
  await mkdir(project)
  await cp(folder, join(project, copy), {recursive: true, filter: (path) => basename(path) !== '.git'})
  // Errors would refuse a module before Prosody could say whether they are right.
  const manifest = {prosody: values.prosody, image: {debian: values.debian}, lint: {policy: 'warn'}}
  for (const at of [work, project]) await writeFile(join(at, 'prosody-mods.json'), JSON.stringify(manifest))
  const run = cliIn(project)
  const before: Ran[] = []
  if (values.beside !== undefined) {
    await cp(values.beside, join(project, 'beside'), {recursive: true})
    before.push(await run(['add', './beside', '--layout', 'flat', '--offline']))
  }
  const found = values.flat ? [`./${copy}`] : await specsIn(project)
  const added = await addAll(run, found, values.flat ? ['--layout', 'flat'] : [])
  const check = await run(['check'])
  const deps = await run(['deps'])
  const options = await run(['options', ...keysOf(check), '--offline'])
  const identify = await run(['identify', copy, '--offline'])
  const boot = values.boot ? await run(bootArgs()) : undefined
  const booted = boot === undefined ? null : bootTotals(boot, check)
  const place = {project, manifest: join(work, 'prosody-mods.json'), boot: bootArgs()}
  const alone: Record<string, string | null> = {}
  for (const {module} of booted?.errorYetLoaded ?? []) {
    const spec = values.flat
      ? undefined
      : added.taken.find((one) => nameOf(one) === module.replace(/^.*\//, ''))
    if (spec !== undefined) alone[module] = await bootAlone(spec, place)
  }
  const runs = [
    ...before,
    ...added.runs,
    check,
    deps,
    options,
    identify,
    ...(boot === undefined ? [] : [boot]),
  ]
  return {
    prosody: values.prosody,
    add: addTotals(added),
    check: checkTotals(check),
    deps: depsTotals(deps),
    options: optionTotals(options),
    identify: identifyTotals(identify),
    boot: booted === null ? null : {...booted, alone},
    failed: runs.flatMap((one) => failureOf(one) ?? []),
  }
}

/** Of a spec for a folder or a main file. */
function nameOf(spec: string): string {
  return mainOf(spec) ?? basename(spec).replace(/^mod_/, '')
}

function bootArgs(): string[] {
  return ['check', '--boot', ...(values.root === undefined ? [] : ['--root', values.root])]
}

/** A spec for each module of the copy, one of each name: its folder where that bears its name, else its main file. */
async function specsIn(project: string): Promise<string[]> {
  const entries = await readdir(join(project, copy), {recursive: true})
  const specs = new Map<string, string>()
  for (const path of entries.sort()) {
    const name = mainOf(path)
    if (name === undefined || specs.has(name)) continue
    const folder = dirname(path)
    const isOwn = [`mod_${name}`, name].includes(basename(folder))
    // A file below another module's folder is that module's own affair.
    if (!isOwn && /(?:^|\/)mod_[^/]+\//.test(path)) continue
    specs.set(name, `./${copy}/${isOwn ? folder : path}`)
  }
  return [...specs.values()]
}
