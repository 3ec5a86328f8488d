import type {CommandDefinition} from '../cli/definition.ts'
import add from './add.ts'
import bump from './bump.ts'
import cachePath from './cache/path.ts'
import cachePrune from './cache/prune.ts'
import cacheSize from './cache/size.ts'
import cacheVerify from './cache/verify.ts'
import check from './check.ts'
import completion from './completion.ts'
import config from './config/all.ts'
import configGet from './config/get.ts'
import deps from './deps.ts'
import diff from './diff.ts'
import doctor from './doctor.ts'
import explain from './explain.ts'
import fetch from './fetch.ts'
import identify from './identify.ts'
import importCommand from './import.ts'
import imageCheck from './image/check.ts'
import imageEnv from './image/env.ts'
import imageInit from './image/init.ts'
import imageWrite from './image/write.ts'
import info from './info.ts'
import init from './init.ts'
import install from './install.ts'
import lint from './lint.ts'
import list from './list.ts'
import options from './options.ts'
import outdated from './outdated.ts'
import remove from './remove.ts'
import search from './search.ts'
import tree from './tree.ts'
import update from './update.ts'
import verify from './verify.ts'
import version from './version.ts'
import versions from './versions.ts'
import why from './why.ts'

/** All commands, by the words that name each. */
export const commands: ReadonlyMap<string, CommandDefinition> = new Map<string, CommandDefinition>([
  ['add', add],
  ['bump', bump],
  ['cache path', cachePath],
  ['cache prune', cachePrune],
  ['cache size', cacheSize],
  ['cache verify', cacheVerify],
  ['check', check],
  ['completion', completion],
  // The longer name first: the shorter one begins both.
  ['config get', configGet],
  ['config', config],
  ['deps', deps],
  ['diff', diff],
  ['doctor', doctor],
  ['explain', explain],
  ['fetch', fetch],
  ['identify', identify],
  ['import', importCommand],
  ['image check', imageCheck],
  ['image env', imageEnv],
  ['image init', imageInit],
  ['image write', imageWrite],
  ['info', info],
  ['init', init],
  ['install', install],
  ['lint', lint],
  ['list', list],
  ['options', options],
  ['outdated', outdated],
  ['remove', remove],
  ['search', search],
  ['tree', tree],
  ['update', update],
  ['verify', verify],
  ['version', version],
  ['versions', versions],
  ['why', why],
])
