/** The library API: everything that the commands do, without a terminal. */
export {add, type AddedModule, type AddResult} from './operations/add/add.ts'
export type {AddRequest} from './operations/add/request.ts'
export type {Candidate} from './resolve/owners.ts'
export {
  bump,
  type BumpCounts,
  type BumpedEntry,
  type BumpMove,
  type BumpRequest,
  type BumpResult,
  type StayedEntry,
} from './operations/bump/bump.ts'
export {
  cachePath,
  cachePrune,
  cacheVerify,
  type CachePruneResult,
  type CacheVerifyResult,
} from './operations/cache.ts'
export {check, type CheckRequest, type CheckResult} from './operations/check/check.ts'
export type {CheckedConfig, CheckedModule, CheckedPart, Problem} from './operations/check/types.ts'
export type {ClosureReport} from './resolve/closure.ts'
export {boot, type BootedModule, type BootRequest, type BootResult} from './operations/boot/boot.ts'
export {createEnvironment, type Environment, type EnvironmentOptions} from './workbench/environment.ts'
export {deps, type DepsResult} from './operations/deps.ts'
export type {Dependency} from './image/commands.ts'
export {explain, type ExplainResult, type Explanation} from './operations/explain/explain.ts'
export {fetchProject, type FetchResult} from './operations/fetch.ts'
export {identify, type IdentifyRequest} from './operations/identify/identify.ts'
export type {IdentifiedModule, IdentifiedTree, IdentifyResult} from './operations/identify/types.ts'
export type {Adoption} from './operations/identify/adopt.ts'
export {info} from './operations/info/info.ts'
export type {InfoRelease, InfoResult, InfoSource} from './operations/info/types.ts'
export type {KnownOfSource, SourceInfo} from './operations/info/source.ts'
export {imageCheck, type ImageCheckRequest, type ImageCheckResult} from './operations/image/check.ts'
export type {ImageProblem} from './operations/image/problem.ts'
export {
  imageInit,
  imageWrite,
  type ImageInitRequest,
  type ImageWriteRequest,
  type ImageWriteResult,
  type WrittenImageFile,
} from './operations/image/write.ts'
export type {ImageSettings} from './image/container/settings.ts'
export {init, type InitRequest, type InitResult} from './operations/init/init.ts'
export {install} from './operations/install/install.ts'
export type {InstallRequest, InstallResult} from './operations/install/types.ts'
export {list, type ListedModule, type ListResult} from './operations/list.ts'
export type {ModuleFacts, ModuleOption} from './facts/module-facts.ts'
export {options, type ModuleOptions, type OptionsRequest, type OptionsResult} from './operations/options.ts'
export {lint, type LintFinding, type LintResult} from './operations/lint/lint.ts'
export {
  lintAndFix,
  type FixedPath,
  type FixReport,
  type LintFixRequest,
  type LintFixResult,
} from './operations/lint/fix.ts'
export type {HeldBack} from './resolve/release-age.ts'
export type {LintRequest} from './operations/lint/run.ts'
export type {LintSummary, ModuleFinding} from './context/lint-summary.ts'
export {outdated, type OutdatedModule, type OutdatedResult} from './operations/outdated.ts'
export {remove, type RemoveRequest, type RemoveResult} from './operations/remove.ts'
export type {ChangedModule, ModuleSummary, ReportedChange, WriteResult} from './context/write-result.ts'
export {search, type Found, type SearchRequest, type SearchResult} from './operations/search.ts'
export {
  tree,
  type InvertedNeed,
  type TreeModule,
  type TreeRequest,
  type TreeResult,
} from './operations/needs-graph/tree.ts'
export {why, type WhyChain, type WhyResult, type WhyStep} from './operations/needs-graph/why.ts'
export {update, type UpdateRequest, type UpdateResult} from './operations/update.ts'
export {verify, type Drift, type VerifyRequest, type VerifyResult} from './operations/verify.ts'
export {
  versions,
  type ListedVersion,
  type VersionsRequest,
  type VersionsResult,
} from './operations/versions.ts'
/** What one Lua file says, by its bytes; no project, store or network is needed. */
export {factsOf} from './facts/facts.ts'
export type {
  ContextFact,
  FileFacts,
  HookFact,
  ModuleRequirement,
  Named,
  On,
  OptionFact,
  OptionType,
  ProvisionFact,
  Requirement,
} from './facts/fact-types.ts'
/** Where a module can be loaded, and the one place of these that is told to users. */
export {loadingOf, type Loading} from './facts/loading.ts'
export {placementOf, type Placement} from './facts/placement.ts'
export type {LuaProblem} from './lua/parse.ts'
export type {Digest, Sha256} from './digest.ts'
export {ProsodyModsError, exitCodes, type ErrorCode} from './errors.ts'
export {warningCodes, type ToldWarning, type WarningCode} from './warning.ts'
export type {OnProgress, ProgressEvent} from './progress.ts'
