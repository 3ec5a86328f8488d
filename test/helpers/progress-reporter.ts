import type {Reporter, TestModule, TestSpecification, Vitest} from 'vitest/node'

/** Says after each file how far a run is. */
export default class ProgressReporter implements Reporter {
  #vitest: Vitest | undefined
  #files = 0
  #done = 0
  #failed = 0

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#files = specifications.length
  }

  onTestModuleEnd(module: TestModule): void {
    this.#done += 1
    if (!module.ok()) this.#failed += 1
    this.#vitest?.logger.log(` -- ${this.#done} of ${this.#files} test files done, ${this.#failed} failed`)
  }
}
