/** What `import` is asked for. */
export interface ImportRequest {
  /** A Dockerfile, a script, a folder of modules, an .env file or, with `any`, any text: by a path from the environment's. */
  readonly file: string
  /** Whether to look for addresses of modules alone, whatever the text is. */
  readonly any: boolean
  /** Modules to take of repositories that are fetched whole. */
  readonly take: readonly string[]
  /** Whether a stage of the image installs the modules, in place of copying them from the build context. */
  readonly run?: boolean
  /** Values of build arguments: they win over the defaults that the Dockerfile has. */
  readonly buildArgs?: Readonly<Record<string, string>>
  /** What a new project is for, where that is not what the input shows. */
  readonly prosody?: string
  readonly debian?: string
  readonly offline: boolean
  readonly dryRun: boolean
  readonly force: boolean
  /** Whether to fetch what the input would fetch, too, and to compare it. */
  readonly verify: boolean
}
