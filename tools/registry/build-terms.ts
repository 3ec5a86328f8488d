import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {toSha256} from '../../src/digest.ts'
import {ProsodyModsError} from '../../src/errors.ts'
import {moduleFacts, type ModuleFacts} from '../../src/facts/module-facts.ts'
import {lockModule} from '../../src/locking/lock-module.ts'
import {moduleKey} from '../../src/module-key.ts'
import {info} from '../../src/operations/info/info.ts'
import {openRegistry} from '../../src/registry/registry.ts'
import type {ModuleTerms, RegistryTerms} from '../../src/registry/types.ts'
import {createEnvironment, type Environment} from '../../src/workbench/environment.ts'
import {readLua} from '../../src/workbench/read-lua.ts'
import {withWorkbench, type Workbench} from '../../src/workbench/workbench.ts'
import {currentText, registryText} from './files.ts'

/**
 * Makes registry/terms.json: what the newest known code of each module names, with the libraries that it loads, as far
 * as the registry has facts of it.
 */
export async function buildTerms(folder: string): Promise<RegistryTerms> {
  const registry = openRegistry(`${folder}/`)
  // Nothing but the registry is to be asked.
  const storeFolder = mkdtempSync(join(tmpdir(), 'prosody-mods-terms-'))
  try {
    return {terms: await termsOfAll({...createEnvironment(), registry, storeFolder}, folder)}
  } finally {
    rmSync(storeFolder, {recursive: true})
  }
}

async function termsOfAll(environment: Environment, folder: string): Promise<RegistryTerms['terms']> {
  const {registry} = environment
  const terms: Record<string, Record<string, ModuleTerms>> = {}
  await withWorkbench(environment, {folder, manifest: {}, offline: true}, async (bench) => {
    for (const source of registry.index.sources) {
      const own: Record<string, ModuleTerms> = {}
      for (const name of Object.keys(registry.releases(source).names).sort()) {
        const facts = await factsOfNewest(source, name, bench)
        const found = facts === undefined ? {} : termsOf(facts)
        if (Object.keys(found).length > 0) own[name] = found
      }
      terms[source] = own
    }
  })
  return terms
}

/** Says whether terms.json is what the facts of a sound registry come to. */
export async function checkTerms(folder: string): Promise<string[]> {
  const expected = registryText('terms.json', await buildTerms(folder))
  return currentText(folder, 'terms.json') === expected
    ? []
    : ['terms.json is out of date: run the facts command']
}

/** Undefined where the registry does not know all of the module's files. */
async function factsOfNewest(
  source: string,
  name: string,
  bench: Workbench,
): Promise<ModuleFacts | undefined> {
  try {
    return await readNewest(source, name, bench)
  } catch (error) {
    if (error instanceof ProsodyModsError && error.code === 'OFFLINE_MISSING') return undefined
    throw error
  }
}

async function readNewest(source: string, name: string, bench: Workbench): Promise<ModuleFacts | undefined> {
  const {registry} = bench.environment
  const key = moduleKey(source, name)
  const definition = registry.source(source)
  const versionText = (await info(key, bench.environment)).sources[0]?.releases[0]?.version
  if (definition === undefined || versionText === undefined) return undefined
  const {locked} = await lockModule({definition, name, versionText}, {}, bench)
  const lua = Object.entries(locked.files).filter(([path]) => path.endsWith('.lua'))
  return moduleFacts(
    lua.map(([path, digest]) => ({
      path,
      facts: readLua({module: key, path, sha256: toSha256(digest)}, bench),
    })),
  )
}

function termsOf({options, hooks, requires, features}: ModuleFacts): ModuleTerms {
  return Object.fromEntries(
    Object.entries({options, hooks, libraries: requires, features}).flatMap(([kind, facts]) => {
      const names = [...new Set(facts.flatMap(({name}) => name ?? []))].sort()
      return names.length === 0 ? [] : [[kind, names]]
    }),
  )
}
