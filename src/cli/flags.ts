import type {FlagDefinition} from './definition.ts'
import {reportFormats} from './report-format.ts'

/** The flag with which a command that writes only shows what it would write. */
export const dryRun = {
  type: 'switch',
  description: 'show what would be written, write nothing',
} as const satisfies FlagDefinition

/** The flag with which a command asks no network. */
export const offline = {
  type: 'switch',
  description: 'use only what the store and local folders hold; ask no network',
} as const satisfies FlagDefinition

/** The flag with which a command replaces files of ours that were changed. */
export const force = {
  type: 'switch',
  description: 'replace files of ours that were changed since we wrote them',
} as const satisfies FlagDefinition

/** The flag that lets path sources lie in a folder outside of the project. */
export const allowPath = {
  type: 'list',
  value: '<folder>',
  completes: ['folders'],
  description: 'let path sources lie in this folder outside of the project; may be given several times',
} as const satisfies FlagDefinition

/** The flag that names the root of another file system. */
export const destdir = {
  type: 'text',
  value: '<folder>',
  completes: ['folders'],
  description:
    'take this folder for the root of a file system: modules lie where image.modulesPath says in it, the configuration in /etc/prosody/conf.d',
} as const satisfies FlagDefinition

/** The flag that says where plugin_paths start from. */
export const modulesPath = {
  type: 'text',
  value: '<folder>',
  completes: ['folders'],
  description: "folder that plugin_paths start from, in place of the manifest's image.modulesPath",
} as const satisfies FlagDefinition

/** The flag that names the configuration of Prosody that a report is judged by. */
export const reportConfig = {
  type: 'list',
  value: '<file>',
  completes: ['files'],
  description:
    'the configuration that is looked at, read and not run; prosody.cfg.lua beside the manifest, conf.d/ and .env by default; may be given more than once',
} as const satisfies FlagDefinition

/** The flag with which a report is shown whole. */
export const reportAll = {
  type: 'switch',
  description: 'show everything, and not a screenful first',
} as const satisfies FlagDefinition

/** The flag that says how a report is written. */
export const reportFormat = {
  type: 'text',
  value: '<format>',
  values: reportFormats,
  description: 'text (the default), markdown for a pull request, or json',
} as const satisfies FlagDefinition

/** The flag with which a report that breaks something ends otherwise. */
export const reportExitCode = {
  type: 'switch',
  description: 'exit with 6 where something breaks this project',
} as const satisfies FlagDefinition

/** The flag with which a list is not cut on a terminal; elsewhere none is. */
export const all = {
  type: 'switch',
  description: 'show long lists whole on a terminal, too',
} as const satisfies FlagDefinition
