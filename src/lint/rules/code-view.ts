import type * as Ast from 'luaparse'
import type {Folding} from '../../lua/fold.ts'
import type {Syntax} from '../../lua/syntax.ts'
import type {FunctionInfo} from './functions.ts'
import type {Call, Path} from './paths.ts'

/** Where in a file a node stands, and whether it is always run. */
export interface Site {
  readonly in: FunctionInfo
  /** Whether the node may be left out when its function runs. */
  readonly conditional: boolean
  /**
   * Whether the node stands under a condition or in a loop of its function. What is left after a function has sorted
   * out what it does not care for does not: that is what it is there for.
   */
  readonly branch: boolean
  /** Whether an error that is raised here is caught. */
  readonly guarded: boolean
}

/** A node, and the site where it stands. */
export type Placed<T> = T & {readonly site: Site}
/** A call together with what it calls. */
export interface SeenCall extends Placed<Call> {
  readonly path: Path | undefined
  /** The method that is called of `module`, or of the module of another host. */
  readonly method: string | undefined
  readonly isRequire: boolean
}

/**
 * The part of a file that those look at who find out what calls its functions, while the rest of it is still being
 * read.
 */
export interface CodeView {
  readonly syntax: Syntax
  readonly folding: Folding
  readonly calls: readonly SeenCall[]
  /** Global variables that are read. */
  readonly reads: readonly Placed<{readonly node: Ast.Identifier}>[]
  readonly assignments: readonly Placed<{
    readonly to: Ast.Expression
    readonly value: Ast.Expression | undefined
  }>[]
  /** Fields that are read, with those that are called and those on the way to others. */
  readonly fields: readonly Placed<{readonly node: Ast.MemberExpression}>[]
  readonly indexes: readonly Placed<{readonly node: Ast.IndexExpression}>[]
  path(node: Ast.Expression): Path | undefined
  /** Gives the text that an expression always is; undefined where that is not plain to see. */
  text(node: Ast.Expression | undefined): string | undefined
}
