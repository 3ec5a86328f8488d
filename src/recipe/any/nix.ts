import type {Origin} from '../origin.ts'
import {isAboutModules} from './about.ts'
import {isComment} from './comments.ts'
import {expand} from './expand.ts'
import type {Draft} from './found.ts'
import type {Reading} from './reading.ts'
import {lineAt} from './source.ts'

/** The sites of Nix's fetchers that are given an owner and a repository instead of a URL. */
const sites: Readonly<Record<string, string>> = {
  GitHub: 'https://github.com',
  GitLab: 'https://gitlab.com',
  Codeberg: 'https://codeberg.org',
}

const fetcher = /\bfetchFrom(GitHub|GitLab|Gitea|Forgejo|Codeberg)[ \t\r\n]{1,40}(?:rec[ \t]{1,10})?\{/g
const attribute =
  /\b([a-z][A-Za-z0-9]{0,40})[ \t]{0,40}=[ \t]{0,40}(?:"([^"\n]{0,500})"|([\w.-]{1,200}))[ \t]{0,40};/g
const flake = /\b(github|gitlab|codeberg):([\w.-]{1,100}\/[\w.-]{1,100})(?:\/([\w./-]{1,200}))?(?=["'?\s])/g

/**
 * Finds `fetchFromGitHub {owner; repo; rev}` and its kin, and `github:owner/repo/ref` of flakes. Nix's hashes of them are of
 * a tree, so no digest of a file is taken.
 */
export function nixReferences(reading: Reading): readonly Draft[] {
  const {text} = reading.source
  const fetched = [...text.matchAll(fetcher)].map((found) => fetchedBy(reading, found))
  const inputs = [...text.matchAll(flake)].map((found) => inputOf(reading, found))
  return [...fetched, ...inputs].filter(
    (draft) => draft !== undefined && isAboutModules(draft.origin) && !isComment(reading, draft.at),
  ) as readonly Draft[]
}

function fetchedBy(reading: Reading, found: RegExpExecArray): Draft | undefined {
  const {text} = reading.source
  const from = found.index + found[0].length
  const block = text.slice(from, from + 2000)
  const close = block.replace(/\$\{[^{}]*\}/g, (found) => ' '.repeat(found.length)).indexOf('}')
  const end = from + (close < 0 ? block.length : close + 1)
  const said = new Map(
    [...text.slice(from, end).matchAll(attribute)].map(([, name = '', quoted, bare = '']) => [
      name,
      quoted ?? `\${${bare}}`,
    ]),
  )
  const [owner, repo] = [said.get('owner'), said.get('repo')]
  const site = said.has('domain') ? `https://${said.get('domain') ?? ''}` : sites[found[1] ?? '']
  if (owner === undefined || repo === undefined || site === undefined) return undefined
  const place = {
    names: reading.names,
    line: lineAt(reading.source, found.index),
    bound: new Map<string, string>(),
  }
  const url = expand(`${site}/${owner}/${repo}`, place)
  const ref = expand(said.get('rev') ?? said.get('tag') ?? said.get('ref') ?? '', place)
  return {
    line: place.line,
    lastLine: lineAt(reading.source, end),
    origin: repository(url.text, ref.text === '' ? undefined : ref.text),
    text: text.slice(found.index, end),
    unknown: [...new Set([...url.unknown, ...ref.unknown])],
    at: found.index,
    used: [...url.used, ...ref.used],
  }
}

function inputOf(reading: Reading, found: RegExpExecArray): Draft | undefined {
  const [text, host = '', name = '', ref] = found
  const site = Object.entries(sites).find(([key]) => key.toLowerCase() === host)?.[1] ?? ''
  const line = lineAt(reading.source, found.index)
  const origin = repository(`${site}/${name}`, ref)
  return {line, lastLine: line, origin, text, unknown: [], at: found.index, used: []}
}

function repository(url: string, ref: string | undefined): Origin {
  return {kind: 'repository', vcs: 'git', url, ref, path: ''}
}
