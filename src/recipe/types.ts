/** A word of an instruction or a command, variables put in. */
export interface Word {
  /** What can't be told stands as it is written: `$VERSION`, `$(curl …)`. */
  readonly text: string
  /** What can't be told: variables without a value, what commands print, as they are written; [] of most words. */
  readonly unknown: readonly string[]
  /** Whether an unquoted `*`, `?` or `[…]` stands in it. */
  readonly isPattern: boolean
}

/** Where something goes to or comes from. */
export interface Redirect {
  readonly operator: '>' | '>>' | '<' | '&>' | '&>>'
  /** 0, 1 or 2 where one is named or meant. */
  readonly descriptor: number
  readonly target: Word
}

/** A simple command with its words. */
export interface Command {
  /** The program or built-in, without a folder: `curl`. */
  readonly name: string
  /** As it is called, where that is by a path: `./configure`; undefined for others. */
  readonly path?: string | undefined
  readonly args: readonly Word[]
  /** `VAR=x` in front of it. */
  readonly variables: Readonly<Record<string, Word>>
  readonly redirects: readonly Redirect[]
  /** What a here-document or here-string gives it, variables put in; undefined where it has none. */
  readonly input: Word | undefined
  /** Of the input, from 1. */
  readonly line: number
  readonly lastLine: number
}

/** Commands whose outputs are the inputs of the next. */
export interface Pipeline {
  readonly kind: 'pipeline'
  /** At least one. */
  readonly commands: readonly Command[]
  /** As it is written, lines joined. */
  readonly text: string
  readonly line: number
  readonly lastLine: number
  /** The index into the instruction's statements of the one that it is in. */
  readonly statement: number
  /**
   * What has to hold for it to run, as it is written: the test of an `if`, `case` or `&&`, `||` behind a command; undefined
   * where it runs always.
   */
  readonly condition: string | undefined
  /** Whether it runs in `$(…)`, so that its output becomes a word. */
  readonly isCaptured: boolean
}

/** Begin and end of what has a working folder of its own: `( … )`, the parts of a pipeline, `$( … )`. */
export interface Subshell {
  readonly kind: 'subshell'
  readonly enters: boolean
}

/** A top-level statement of a RUN or a script: what can be cut out of it. */
export interface Statement {
  /** Offsets in the input's text, of the statement without what joins it to others. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly lastLine: number
  /** What stands between the statement before and this one; '' for the first. */
  readonly joinedBy: '' | '&&' | '||' | ';' | '&' | 'newline'
}

/** A here-document of an instruction. */
export interface Heredoc {
  readonly name: string
  readonly text: Word
  /** Of its first line of text. */
  readonly line: number
}

/** An instruction of a Dockerfile; a script is one, of the keyword RUN. */
export interface Instruction {
  /** In capitals. */
  readonly keyword: string
  readonly line: number
  readonly lastLine: number
  /** Offsets in the input's text, from the keyword to the end of its last line without the line end. */
  readonly start: number
  readonly end: number
  /** Of FROM on, from 0; -1 above the first. */
  readonly stage: number
  /** `--from=builder` is `from` → `builder`; of one without a value ''. */
  readonly flags: Readonly<Record<string, Word>>
  /**
   * Its arguments: of FROM the image, `AS`, the name; of ARG and ENV `NAME=value` each, of ARG without a value `NAME`; of RUN
   * in exec form the words; of RUN in shell form [].
   */
  readonly words: readonly Word[]
  readonly heredocs: readonly Heredoc[]
  /** Of RUN and scripts: top-level statements in order. */
  readonly statements: readonly Statement[]
  /** Of RUN and scripts: what runs, in order, loops over words that are there unrolled, functions put in where they are called. */
  readonly actions: readonly (Pipeline | Subshell)[]
}

/** Something that is no Dockerfile or shell. */
export interface SyntaxProblem {
  readonly line: number
  readonly text: string
}

/** A variable that is used and that nothing gives a value. */
export interface MissingValue {
  readonly name: string
  /** Where it is used first. */
  readonly line: number
}

/** A Dockerfile or a script that was read. */
export interface Recipe {
  readonly kind: 'dockerfile' | 'script'
  /** The text that all offsets are of. */
  readonly text: string
  readonly instructions: readonly Instruction[]
  readonly problems: readonly SyntaxProblem[]
  /** Of build arguments and variables alone, each once; shells' own (`HOME`, `PWD`, `@`, `1`, `?`) are not among them. */
  readonly missing: readonly MissingValue[]
}
