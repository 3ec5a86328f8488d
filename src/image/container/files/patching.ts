import {shellWord} from '../../../text/shell-word.ts'
import type {ProsodyPatch} from '../contents.ts'

/** Absolute folder of the image that patches are kept in: what was done to Prosody is to be seen there. */
const kept = '/usr/local/share/prosody-patches'

/**
 * Writes the lines of a Dockerfile that patch Prosody itself: exactly, so that building ends where a patch does not apply;
 * '' for none. One that Prosody has already is passed over.
 */
export function patching(patches: readonly ProsodyPatch[]): string {
  if (patches.length === 0) return ''
  const copied = patches.map(({path}, index) => `COPY ${JSON.stringify([path, placeOf(path, index)])}\n`)
  const calls = patches.map(
    ({path, folder, strip}, index) => `patched ${folder} ${strip} ${shellWord(placeOf(path, index))}`,
  )
  return `# Prosody itself is patched line by line: where one does not apply, no image is built.
${copied.join('')}RUN patched() { \
      set -- "$3" --directory="$1" --strip="$2" --input="$3" --fuzz=0 --no-backup-if-mismatch --reject-file=-; \
      name=$1; shift; \
      if patch --dry-run --forward "$@" >/dev/null 2>&1; then patch --forward "$@"; \
      elif patch --dry-run --force --reverse "$@" >/dev/null 2>&1; then echo "$name: Prosody has it already"; \
      else echo "$name: it does not apply to the Prosody of this image" >&2; patch --dry-run --forward "$@" >&2; false; fi; \
    } \
 && ${calls.join(' \\\n && ')}
`
}

function placeOf(path: string, index: number): string {
  return `${kept}/${index + 1}-${path.slice(path.lastIndexOf('/') + 1)}`
}
