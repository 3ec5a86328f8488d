import {compatibilityIn, type Compatibility} from './compatibility.ts'

/** What a module's README says of itself before its text. */
export interface FrontMatter {
  readonly summary: string | null
  readonly labels: readonly string[]
  /** Modules and rocks that it depends on, as they are written: `mod_http_oauth2 >= 200`. */
  readonly dependencies: readonly string[]
  /** Folders that come with the module. */
  readonly copiedFolders: readonly string[]
  readonly supersededBy: string | null
}

/** What a README says of its module: its front matter, or why that could not be read, and what it works with. */
export interface Readme {
  /** What its section on compatibility says, row by row; absent where that has none. */
  readonly compatibility?: readonly Compatibility[]
  /** What stands between the lines of dashes; undefined where there is nothing. */
  readonly frontMatter?: FrontMatter | undefined
  /** What could not be read. */
  readonly warning?: string | undefined
}

/** Characters that people write at most. */
const longest = 4096

/** Reads what a README says in forms that a program can read. */
export async function readReadme(text: string): Promise<Readme> {
  const compatibility = compatibilityIn(text)
  return {...(await frontMatterIn(text)), ...(compatibility.length === 0 ? {} : {compatibility})}
}

/** Reads the YAML between `---` and `---` or `...` at the top. */
async function frontMatterIn(text: string): Promise<Readme> {
  const [, yaml] = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^(?:---|\.\.\.)[ \t]*$/m.exec(text) ?? []
  if (yaml === undefined || !/^\uFEFF?---/.test(text)) return {frontMatter: undefined, warning: undefined}
  const {parse} = await import('yaml')
  let data: unknown
  try {
    // Aliases could make a few lines stand for gigabytes. Keys that are there twice are looked for pair by pair.
    data = parse(yaml, {maxAliasCount: 0, logLevel: 'error', uniqueKeys: yaml.length < longest})
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return {
      frontMatter: undefined,
      warning: `its front matter is not valid YAML: ${reason.replace(/:$/, '')}`,
    }
  }
  if (data === null) return {frontMatter: undefined, warning: undefined}
  if (!isRecord(data))
    return {frontMatter: undefined, warning: 'its front matter is no list of keys and values'}
  const rockspec = isRecord(data['rockspec']) ? data['rockspec'] : {}
  const build = isRecord(rockspec['build']) ? rockspec['build'] : {}
  return {
    frontMatter: {
      summary: textOf(data['summary']),
      labels: listOf(data['labels']),
      dependencies: listOf(rockspec['dependencies']),
      copiedFolders: listOf(build['copy_directories']),
      supersededBy: textOf(data['superseded_by']),
    },
    warning: undefined,
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Names may be escaped for Pandoc: `mod\_bosh`. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).replaceAll('\\_', '_').trim()
  return text === '' ? null : text
}

/** A list, or one text in its place. */
function listOf(value: unknown): string[] {
  const all: unknown[] = Array.isArray(value) ? value : [value]
  return all.flatMap((one) => textOf(one) ?? [])
}
