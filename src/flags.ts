import * as Flags from '@oclif/core/flags'

export const dryRun = Flags.boolean({description: 'show what would be written, write nothing'})
export const offline = Flags.boolean({
  description: 'use only what the store and local folders hold; ask no network',
})
export const force = Flags.boolean({
  description: 'replace files of ours that were changed since we wrote them',
})
export const modulesPath = Flags.string({
  helpValue: '<folder>',
  description: "folder that plugin_paths start from, in place of the manifest's image.modulesPath",
})
