import type {Location} from '../sources/types.ts'

/** Returns a location as the mirrors have it; its label then names the mirror. */
export function mirrored(location: Location, rewrite: (url: string) => string): Location {
  switch (location.type) {
    case 'files': {
      const label = labelled(location.label, {before: location.url(''), after: rewrite(location.url(''))})
      return {...location, label, url: (path) => rewrite(location.url(path))}
    }
    case 'archive': {
      const url = rewrite(location.url)
      return {...location, url, label: labelled(location.label, {before: location.url, after: url})}
    }
    case 'folder':
    case 'skipped':
      return location
  }
}

function labelled(label: string, url: {readonly before: string; readonly after: string}): string {
  return url.before === url.after ? label : `${label} (mirror ${new URL(url.after).host})`
}
