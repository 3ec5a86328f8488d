import {NothingFetched} from '../fetch/not-fetched.ts'
import type {FetchReport} from '../fetch/report.ts'

/** Returns what each location that was tried said, where an error is that none gave the files; [] of any other error. */
export function failuresOf(error: unknown): FetchReport['failures'] {
  return error instanceof NothingFetched ? error.failures : []
}
