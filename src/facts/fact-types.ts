/** A thing that a file names, and where. */
export interface Named {
  /** Null where it is computed; `text` then has the expression. */
  readonly name: string | null
  readonly text: string
  /** From 1. */
  readonly line: number
}

export interface Requirement extends Named {
  /** Whether the file does without it: it is required under pcall, or by softreq. */
  readonly optional: boolean
  /** Whether it stands under a condition or in a loop: it may never be asked for. */
  readonly conditional: boolean
}

/**
 * Whose host it is about. module: that of the module itself; context: another one, by module:context(…) or the module
 * that was loaded there.
 */
export type On = 'module' | 'context'

export interface ModuleRequirement extends Requirement {
  readonly on: On
}

export type OptionType =
  | 'any'
  | 'scalar'
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'array'
  | 'set'
  | 'path'
  | 'enum'
  | 'period'

/** An option of Prosody's configuration that a file reads. */
export interface OptionFact extends Named {
  readonly type: OptionType
  /** As Lua; null where there is none. */
  readonly default: {
    readonly text: string
    /** Whether it is no literal. */
    readonly computed: boolean
  } | null
  /** Of an enum, as Lua. */
  readonly values: readonly string[]
  readonly on: On
}

export interface HookFact extends Named {
  /** The method by which: hook, hook_global, hook_tag, wrap_event … */
  readonly by: string
  readonly on: On
}

export interface ProvisionFact extends Named {
  readonly on: On
  /** Of HTTP: what it answers, such as `GET /path`. */
  readonly routes: readonly string[]
}

/** A file or folder beside its own that a file names: by module:load_resource, or by the module's folder. */
export interface ResourceFact {
  /** Relative to the module's folder; with `?` in it, places of package.path. What is plain to see of it. */
  readonly path: string
  /** Whether that is all of it, and nothing is computed behind. */
  readonly exact: boolean
  readonly text: string
  /** From 1. */
  readonly line: number
}

export interface ContextFact {
  readonly text: string
  readonly line: number
}

/** A module that a file takes from a host: `prosody.hosts[module.host].modules.muc`. */
export interface HostModuleFact {
  readonly name: string
  readonly line: number
  readonly on: On
}

/** Where a file lets `require` look beyond where Prosody has it look. */
export interface SearchFact {
  /**
   * Of package.path: `{module}` for the folder of the module's main file, `{*}` for what is known at run time only. Null
   * for a searcher of its own, which may find anything.
   */
  readonly template: string | null
  /** From 1. */
  readonly line: number
}

/** What one Lua file is and needs, read off its syntax. */
export interface FileFacts {
  /** Lua libraries. */
  readonly requires: readonly Requirement[]
  /** Libraries beside the module, by module:require. */
  readonly libraries: readonly ModuleRequirement[]
  /** Modules, by module:depends. */
  readonly depends: readonly ModuleRequirement[]
  readonly options: readonly OptionFact[]
  /** module:provides: `http`, `auth`, `storage` … */
  readonly provides: readonly ProvisionFact[]
  readonly hooks: readonly HookFact[]
  readonly fires: readonly Named[]
  /** Namespaces that are announced in service discovery. */
  readonly features: readonly Named[]
  readonly stores: readonly Named[]
  readonly shared: readonly Named[]
  readonly resources: readonly ResourceFact[]
  readonly contexts: readonly ContextFact[]
  /** But for those of which it looks whether they are there. */
  readonly hostModules: readonly HostModuleFact[]
  readonly searches: readonly SearchFact[]
  /** Lua libraries that it gives by package.preload or package.loaded. */
  readonly preloads: readonly Named[]
  /** Lua files that it runs by dofile, loadfile or module:load_resource: `name` is a template, as in `searches`. */
  readonly loads: readonly Named[]
  /** Functions that Prosody calls: module.load, module.add_host, module.command … */
  readonly defines: readonly {readonly name: string; readonly line: number}[]
  /** Types of hosts, `component` or `local`, that it stops without, by error(…), assert(…) or return. */
  readonly hostTypes: readonly {readonly name: string; readonly line: number}[]
  /** Methods of the module API that are called: name → line of the first call. */
  readonly api: Readonly<Record<string, number>>
  /** `--% key: value`, as Prosody reads them. */
  readonly metadata: Readonly<Record<string, string>>
  /** XEP-0045 and so on, wherever they are named. */
  readonly xeps: readonly string[]
}
