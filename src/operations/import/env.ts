import {jitsiContents, modulesOfImage} from '../../image/jitsi-contents.ts'
import {jitsiTag, jitsiTagOf, type JitsiTag} from '../../image/jitsi-image.ts'
import {bareName} from '../../module-name.ts'
import type {Registry} from '../../registry/registry.ts'
import {readEnvFile} from '../image/env-file.ts'
import {namesIn} from '../image/jitsi-enable.ts'

/** A module that a variable of docker-jitsi-meet's .env enables. */
export interface EnvModule {
  /** Without `mod_`. */
  readonly name: string
  readonly variable: string
  /** From 1. */
  readonly line: number
}

/** A variable that says something of modules, and that names none by itself. */
export interface EnvOther {
  readonly variable: string
  readonly line: number
  /**
   * computed: its value has other variables in it; configuration: lines of Lua for Prosody; word: what it names is no
   * module's name; moving: a tag that means another release with time; replaced: a later line sets the variable again.
   */
  readonly what: 'computed' | 'configuration' | 'word' | 'moving' | 'replaced'
  /** The word, the tag or the whole value. */
  readonly text: string
}

/** What an .env of docker-jitsi-meet says of modules. */
export interface EnvModules {
  readonly modules: readonly EnvModule[]
  /** The release that it names; undefined where it names none, or a tag that moves. */
  readonly version: {readonly tag: string; readonly line: number} | undefined
  readonly other: readonly EnvOther[]
}

const lists = /^(?:XMPP_(?:(?:MUC|INTERNAL_MUC|LOBBY_MUC|BREAKOUT_MUC|SPEAKERSTATS)_)?|GLOBAL_)MODULES$/
const configurations = /^(?:XMPP_(?:(?:MUC|INTERNAL_MUC)_)?CONFIGURATION|GLOBAL_CONFIG)$/
/** Each takes one name, with what stands before it in the module's. */
const single: Readonly<Record<string, string>> = {
  JWT_TOKEN_AUTH_MODULE: '',
  JWT_AUTH_TYPE: 'auth_',
  PROSODY_GUEST_AUTH_TYPE: 'auth_',
}

/**
 * Reads which modules an .env of docker-jitsi-meet enables, and for which release of its images it is. Of a variable
 * that is set more than once the last line counts, as Compose has it.
 */
export function modulesOfEnv(text: string): EnvModules {
  const found = readEnvFile(text)
  const modules: EnvModule[] = []
  const other: EnvOther[] = []
  let version: EnvModules['version']
  for (const [index, {name: variable, value, line, computed}] of found.entries()) {
    if (!isRead(variable) || value.trim() === '') continue
    const say = (what: EnvOther['what'], said: string): number =>
      other.push({variable, line, what, text: said})
    if (found.slice(index + 1).some(({name}) => name === variable)) say('replaced', value)
    else if (computed) say('computed', value)
    else if (configurations.test(variable)) say('configuration', value)
    else if (variable === 'JITSI_IMAGE_VERSION') {
      const tag = jitsiTag(value.trim())
      if (tag === undefined) say('moving', value)
      else version = {tag: tag.tag, line}
    } else {
      const prefix = Object.hasOwn(single, variable) ? (single[variable] ?? '') : ''
      for (const word of namesIn(value)) {
        const name = prefix + bareName(word)
        if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) modules.push({name, variable, line})
        else say('word', word)
      }
    }
  }
  return {modules, version, other}
}

function isRead(variable: string): boolean {
  return (
    lists.test(variable) ||
    configurations.test(variable) ||
    Object.hasOwn(single, variable) ||
    variable === 'JITSI_IMAGE_VERSION'
  )
}

/** Where a module that an .env enables comes from. */
export interface EnvOrigin {
  /**
   * image: one of the folders of plugins in the image has it; core: it is part of Prosody; custom: it can only lie in
   * /prosody-plugins-custom, and becomes an entry.
   */
  readonly from: 'image' | 'core' | 'custom'
  /** For a person: `jitsi 10888`, `Prosody 13.0`; null for custom. */
  readonly of: string | null
}

/**
 * Tells of modules that an .env enables where each comes from.
 * @param tag of the image: of a release that is not known, the newest counts that is
 * @param prosody the line of the image's Prosody
 */
export function envOrigins(
  {modules}: Pick<EnvModules, 'modules'>,
  {tag, prosody}: {readonly tag: string | undefined; readonly prosody: string},
  registry: Registry,
): ReadonlyMap<string, EnvOrigin> {
  const inImage = modulesOfImage(jitsiContents(tagOrNewest(tag, registry), registry), registry)
  const core = new Set(registry.prosodyLine(prosody)?.coreModules)
  return new Map(
    modules.map(({name}): readonly [string, EnvOrigin] => {
      const of = inImage.get(name)
      if (of !== undefined) return [name, {from: 'image', of}]
      if (core.has(name)) return [name, {from: 'core', of: `Prosody ${prosody}`}]
      return [name, {from: 'custom', of: null}]
    }),
  )
}

function tagOrNewest(text: string | undefined, registry: Registry): JitsiTag {
  const tag = text === undefined ? undefined : (jitsiTag(text) ?? jitsiTagOf(text))
  const newest = registry.releases('jitsi').releases.at(-1)?.version ?? '0'
  return tag ?? {tag: `stable-${newest}`, build: Number(newest), revision: 0}
}
