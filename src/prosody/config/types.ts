/** Where in a configuration something stands. */
export interface ConfigPlace {
  /** The file, as its reader names it. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** A value of Lua as reading tells it. */
export type ConfigValue =
  | {readonly kind: 'nil'}
  | {readonly kind: 'boolean'; readonly value: boolean}
  | {readonly kind: 'number'; readonly value: number}
  | {readonly kind: 'string'; readonly value: string}
  | ConfigTable
  | ConfigUnknown

/** A table: what has the keys 1, 2, 3 … as items, everything else as fields. */
export interface ConfigTable {
  readonly kind: 'table'
  readonly items: readonly ConfigItem[]
  readonly fields: readonly ConfigField[]
  /** Whether the table has nothing else; where it may, items behind one that is not certain may have other places. */
  readonly complete: boolean
}

/** A value that can't be known without running the configuration. */
export interface ConfigUnknown {
  readonly kind: 'unknown'
  /** The expression, as it is written; at most some hundred characters. */
  readonly text: string
  /** Values that are written out and may be it: what stands behind `or`, what each branch assigns. */
  readonly candidates: readonly ConfigValue[]
}

/** A value in a table. */
export interface ConfigItem extends ConfigPlace {
  readonly value: ConfigValue
  /** Whether it is there in any case. */
  readonly certain: boolean
}

/** A value in a table that has a key of its own. */
export interface ConfigField extends ConfigItem {
  readonly name: string | number | boolean
}

/** An option that a configuration sets. */
export interface ConfigSetting extends ConfigPlace {
  readonly name: string
  readonly value: ConfigValue
  /** Whether it is set in any case; not so under a condition and in a loop whose turns are not known. */
  readonly certain: boolean
}

/** Settings that stand together, in the order of the files. */
export interface ConfigSection extends ConfigPlace {
  /** unclear: which of the sections before it these settings belong to depends on a condition. */
  readonly kind: 'global' | 'host' | 'component' | 'unclear'
  /** As Prosody prepares it; null for the whole server, for a name that is computed, and where it is unclear. */
  readonly host: string | null
  /** Of a component: its module, `component` where none is named; null where it is computed, and of all else. */
  readonly module: string | null
  /** Whether the section is there in any case. */
  readonly certain: boolean
  /** Whether it goes on with a section that was begun before: behind an Include, for example. */
  readonly continued: boolean
  readonly settings: readonly ConfigSetting[]
  /**
   * Of a file that an Include by wildcard brings with others: which of them Prosody reads first is up to the folder.
   * A group for each such Include that it came by, outermost first, and which of its files it was.
   */
  readonly unordered: readonly {readonly group: number; readonly member: number}[]
}

/** What keeps a configuration from being read, or Prosody from taking it. */
export interface ConfigProblem extends ConfigPlace {
  /** In characters, from 1. */
  readonly column: number
  readonly message: string
}

/** What reading can't tell, and where. */
export interface ConfigNote extends ConfigPlace {
  /**
   * include: more of the configuration, which is not read; host: the name of a host; component: the type of one;
   * option: options whose name or host is not known; code: what comes of code.
   */
  readonly kind: 'include' | 'host' | 'component' | 'option' | 'code'
  /** In words, such as `the name of a host is computed: ENV_DOMAIN`. */
  readonly text: string
}

/** What a configuration of Prosody says, as far as reading tells. */
export interface Configuration {
  /** Every file that was read, in order, each once. */
  readonly files: readonly string[]
  readonly sections: readonly ConfigSection[]
  /** Options that the configuration itself reads, as its own variables. */
  readonly reads: readonly string[]
  readonly problems: readonly ConfigProblem[]
  readonly unknown: readonly ConfigNote[]
}

/** Where the text of a configuration comes from. */
export interface ConfigSources {
  /** Returns the bytes of a file; undefined where there is none. */
  read(path: string): Buffer | undefined
  /** Lists the names in a folder; undefined where there is none. */
  list(folder: string): readonly string[] | undefined
  /**
   * Tells where a file or folder that a configuration names is to be looked for, by a path that `read` and `list`
   * take; undefined where it is not to be followed. Without it, paths are taken as they are.
   */
  locate?(path: string): string | undefined
}

/** What is known of the Prosody that a configuration is for. */
export interface ReadingTarget {
  /**
   * Its line, such as 0.12. From 13.0 on, a configuration can read the options that it has set: without a line, what
   * comes of that is unknown.
   */
  readonly prosody?: string | undefined
  /** Whether it is not known which of several files Prosody reads first. */
  readonly isUnordered?: boolean
  /** Whether Prosody reads more before it, of which nothing is known. */
  readonly isPart?: boolean
}
