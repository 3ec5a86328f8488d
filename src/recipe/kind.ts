import {instructionsIn} from './docker/lines.ts'
import {notesOn} from './notes.ts'
import {readScript} from './read-script.ts'
import {isShell, programName} from './shell/wrappers.ts'
import type {Recipe} from './types.ts'

/** What a text that is neither a Dockerfile nor a script looks like. */
export type Look = 'binary data' | 'JSON' | 'Lua' | 'nothing' | 'text' | 'XML' | 'YAML'

/** Programs that scripts which install something call. */
const installing = new Set(
  `apk apt apt-get basename bash bunzip2 bzip2 cat cd chgrp chmod chown cp curl dirname dnf docker dpkg echo exit export find git grep
  groupadd gunzip gzip hg install ln luarocks make mkdir mv patch perl pip podman printf prosody prosodyctl rm rmdir rsync sed set sh
  sha256sum sleep sort source systemctl tar tee touch trap unzip useradd usermod wget xargs xz yum`.split(
    /\s+/,
  ),
)

/** Tells what a text is, by what stands in it and by the name of its file; undefined of what is neither. */
export function kindOf(text: string, name: string): Recipe['kind'] | undefined {
  const look = lookOf(text)
  if (look === 'binary data' || look === 'JSON' || look === 'XML' || look === 'nothing') return undefined
  const first = firstInstruction(text)
  const file = name.replace(/^.*[\\/]/, '')
  const isDockerfileName = /^(?:docker|container)file(?:[.-].*)?$|[.-](?:docker|container)file$/i.test(file)
  if (first === 'FROM' || (isDockerfileName && first !== undefined)) return 'dockerfile'
  const interpreter = interpreterOf(text)
  if (interpreter !== undefined) return isShell(interpreter) ? 'script' : undefined
  if (isDockerfileName) return undefined
  if (/\.(?:ba|da|k|z)?sh$/i.test(file)) return look === 'text' || readsAsShell(text) ? 'script' : undefined
  return look === 'text' && readsAsShell(text) ? 'script' : undefined
}

/** Tells in words what a text looks like that is neither a Dockerfile nor a script. */
export function describe(text: string): Look {
  return lookOf(text)
}

/** `#!/usr/bin/env -S bash -e`, `#!/usr/bin/with-contenv bash`. */
function interpreterOf(text: string): string | undefined {
  const words = /^\uFEFF?#!\s*(.*)/.exec(text)?.[1]?.trim().split(/\s+/)
  if (words === undefined) return undefined
  const names = words.map(programName).filter((word) => !word.startsWith('-'))
  return names.find(
    (word) => word !== 'env' && word !== 'with-contenv' && word !== 'execlineb' && word !== 'busybox',
  )
}

/** The keyword of the first instruction, ARG left out; undefined where that is no instruction of Docker's. */
function firstInstruction(text: string): string | undefined {
  const head = text.slice(0, 20_000)
  for (const {joined} of instructionsIn(head, notesOn(head))) {
    const keyword = /^([A-Za-z]+)(?=\s)\s*(\S.*)?/.exec(joined.text)
    const word = keyword?.[1]?.toUpperCase() ?? ''
    const isWhole = keyword?.[2] !== undefined
    if (word === 'ARG' && isWhole) continue
    const isFrom = word === 'FROM' && /^from\s+(?:--\S+\s+)*\S+(?:\s+as\s+\S+)?\s*$/i.test(joined.text)
    if (isFrom) return 'FROM'
    return /^(?:ADD|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|LABEL|RUN|USER|VOLUME|WORKDIR)$/.test(word) && isWhole
      ? word
      : undefined
  }
  return undefined
}

/** Tells whether a text is shell without an error, and calls programs that scripts call more often than others. */
function readsAsShell(text: string): boolean {
  const {problems, instructions} = readScript(text)
  if (problems.length > 0) return false
  const actions = instructions.flatMap((instruction) => instruction.actions)
  const commands = actions.flatMap((action) => (action.kind === 'pipeline' ? action.commands : []))
  const known = commands.filter(
    ({name, args}) => installing.has(name) && !args.some(({text: word}) => word === '='),
  )
  return known.length > 0 && known.length * 2 >= commands.length
}

function lookOf(text: string): Look {
  if (text.trim() === '') return 'nothing'
  if (isBinary(text.slice(0, 65_536))) return 'binary data'
  if (isJson(text)) return 'JSON'
  if (/^\uFEFF?\s*<(?:[?!]|[A-Za-z][\w:-]*(?:\s[^<>]*)?\/?>)/.test(text)) return 'XML'
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#.*)?$/.test(line))
  if (luaAlone.test(text) && isMostly(lines, luaLine)) return 'Lua'
  const isYaml = !/^\t/m.test(text) && lines.some((line) => yamlKey.test(line)) && isMostly(lines, yamlLine)
  return isYaml ? 'YAML' : 'text'
}

/** Control characters but for blanks, line ends and colours; U+FFFD is what bytes that are no UTF-8 were read as. */
function isBinary(text: string): boolean {
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (code < 8 || (code > 13 && code < 27) || code === 0xff_fd) return true
  }
  return false
}

const luaLine =
  /^\s*(?:--|local\s+(?:function\s+)?[\w, ]+\s*(?:=|\(|$)|module:\w+|(?:if|elseif)\b.*\bthen$|for\b.*\bdo$|end\b|return\b|function\b.*\)$|[\w.[\]"]+\s+=\s|"[\w:.@-]+"\s*[;,]|[{}];?$|(?:VirtualHost|Component|Include)\s+["(])/
/** Of what else has `name = value` in its lines, nothing has one of these. */
const luaAlone = /^\s*(?:--(?!-)|local\s+\w|end\b|VirtualHost\s+"|module:\w)/m
const yamlKey = /^\s*(?:-\s+)?["']?[\w./-]+["']?:(?:\s|$)/
const yamlLine = /^(?:---|\s*-\s+\S.*|\s*(?:-\s+)?["']?[\w./-]+["']?:(?:\s.*)?)$/

function isMostly(lines: readonly string[], test: RegExp): boolean {
  return lines.filter((line) => test.test(line)).length * 2 > lines.length
}

function isJson(text: string): boolean {
  if (!/^\uFEFF?\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
    return true
  } catch {
    return /^\uFEFF?\s*\{\s*(?:"[^"\n]*"\s*:|\/\/|\})/.test(text)
  }
}
