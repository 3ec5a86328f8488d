/** A thing that a file names, and where. */
export interface Named {
  /** The name; null where it is computed, and `text` then has the expression. */
  readonly name: string | null
  readonly text: string
  /** Line of the file, from 1. */
  readonly line: number
}

/** A library or module that a file asks for. */
export interface Requirement extends Named {
  /** Whether the file does without it: it is required under pcall, or by softreq. */
  readonly optional: boolean
  /** Whether it stands under a condition or in a loop: it may never be asked for. */
  readonly conditional: boolean
}

/**
 * The host that a fact is about. module: that of the module itself; context: another one, by module:context(…) or the
 * module that was loaded there.
 */
export type On = 'module' | 'context'

/** A module that a file asks for, and on whose host. */
export interface ModuleRequirement extends Requirement {
  readonly on: On
}

/** The type as which a file reads an option, by the method that it calls. */
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
  /** The default that the file gives, as Lua; null where it gives none. */
  readonly default: {
    readonly text: string
    /** Whether it is no literal. */
    readonly computed: boolean
  } | null
  /** The values that an enum allows, as Lua. */
  readonly values: readonly string[]
  readonly on: On
}

/** An event that a file hooks. */
export interface HookFact extends Named {
  /** The method by which it does: hook, hook_global, hook_tag, wrap_event … */
  readonly by: string
  readonly on: On
}

/** An item that a file provides by module:provides. */
export interface ProvisionFact extends Named {
  readonly on: On
  /** Of HTTP: the routes that it answers, such as `GET /path`. */
  readonly routes: readonly string[]
}

/** A file or folder beside its own that a file names: by module:load_resource, or by the module's folder. */
export interface ResourceFact {
  /** The path relative to the module's folder; with `?` in it, places of package.path. What is plain to see of it. */
  readonly path: string
  /** Whether `path` is all of it, and nothing is computed behind. */
  readonly exact: boolean
  readonly text: string
  /** From 1. */
  readonly line: number
}

/** Another host that a file goes to by module:context. */
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

/** A place where a file lets `require` look beyond where Prosody has it look. */
export interface SearchFact {
  /**
   * The template in package.path: `{module}` for the folder of the module's main file, `{*}` for what is known at run
   * time only. Null for a searcher of its own, which may find anything.
   */
  readonly template: string | null
  /** From 1. */
  readonly line: number
}

/** What one Lua file is and needs, read off its syntax. */
export interface FileFacts {
  /** Lua libraries that the file requires. */
  readonly requires: readonly Requirement[]
  /** Libraries beside the module, which the file loads by module:require. */
  readonly libraries: readonly ModuleRequirement[]
  /** Modules that the file needs by module:depends. */
  readonly depends: readonly ModuleRequirement[]
  readonly options: readonly OptionFact[]
  /** What the file provides by module:provides: `http`, `auth`, `storage` … */
  readonly provides: readonly ProvisionFact[]
  readonly hooks: readonly HookFact[]
  readonly fires: readonly Named[]
  /** Namespaces that the file announces in service discovery. */
  readonly features: readonly Named[]
  readonly stores: readonly Named[]
  readonly shared: readonly Named[]
  readonly resources: readonly ResourceFact[]
  readonly contexts: readonly ContextFact[]
  /** Modules that the file takes from hosts, but for those of which it looks whether they are there. */
  readonly hostModules: readonly HostModuleFact[]
  readonly searches: readonly SearchFact[]
  /** Lua libraries that the file gives by package.preload or package.loaded. */
  readonly preloads: readonly Named[]
  /**
   * Lua files that the file runs by dofile, loadfile or module:load_resource: `name` is a template, as in `searches`.
   */
  readonly loads: readonly Named[]
  /** Functions of the file that Prosody calls: module.load, module.add_host, module.command … */
  readonly defines: readonly {readonly name: string; readonly line: number}[]
  /** Types of hosts, `component` or `local`, that the file stops without, by error(…), assert(…) or return. */
  readonly hostTypes: readonly {readonly name: string; readonly line: number}[]
  /** Methods of the module API that are called: name → line of the first call. */
  readonly api: Readonly<Record<string, number>>
  /** The file's `--% key: value` lines, as Prosody reads them. */
  readonly metadata: Readonly<Record<string, string>>
  /** The XEPs that the file names anywhere: XEP-0045 and so on. */
  readonly xeps: readonly string[]
}
