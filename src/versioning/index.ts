import {build} from './build.ts'
import {calendar} from './calendar.ts'
import {date} from './date.ts'
import {debian} from './debian.ts'
import {semver} from './semver.ts'
import {single} from './single.ts'
import type {SchemeId, VersionScheme} from './types.ts'

/** All version schemes, each by its id. */
export const schemes = {build, date, calendar, semver, debian, single} satisfies Record<
  SchemeId,
  VersionScheme
>
