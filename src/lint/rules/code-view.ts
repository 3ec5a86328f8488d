import type * as Ast from 'luaparse'
import type {Folding} from '../../lua/fold.ts'
import type {Syntax} from '../../lua/syntax.ts'
import type {FunctionInfo} from './functions.ts'
import type {Call, Path} from './paths.ts'

/** Where a node stands. */
export interface Site {
  readonly in: FunctionInfo
  /** Whether it may be left out when its function runs. */
  readonly conditional: boolean
  /**
   * Whether it stands under a condition or in a loop of its function. What is left after a function has sorted out what
   * it does not care for does not: that is what it is there for.
   */
  readonly branch: boolean
  /** Whether an error here is caught. */
  readonly guarded: boolean
}

export type Placed<T> = T & {readonly site: Site}
/** A call with what it calls. */
export interface SeenCall extends Placed<Call> {
  readonly path: Path | undefined
  /** Of `module`, or of the module of another host. */
  readonly method: string | undefined
  readonly isRequire: boolean
}

/** What of a file those look at who find out what calls its functions, while the rest of it is still being read. */
export interface CodeView {
  readonly syntax: Syntax
  readonly folding: Folding
  readonly calls: readonly SeenCall[]
  /** Global variables that are read. */
  readonly reads: readonly Placed<{readonly node: Ast.Identifier}>[]
  readonly assignments: readonly Placed<{
    readonly target: Ast.Expression
    readonly value: Ast.Expression | undefined
  }>[]
  /** Fields that are read, with those that are called and those on the way to others. */
  readonly fields: readonly Placed<{readonly node: Ast.MemberExpression}>[]
  readonly indexes: readonly Placed<{readonly node: Ast.IndexExpression}>[]
  path(node: Ast.Expression): Path | undefined
  /** The text that an expression always is. */
  text(node: Ast.Expression | undefined): string | undefined
}
