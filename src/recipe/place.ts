import type {Origin} from './origin.ts'

/** A place in a repository that an origin is of. */
export interface RepositoryPlace {
  readonly vcs: 'git' | 'hg'
  /** Host and path in lower case, without `.git` and slashes at the end: `github.com/jitsi/jitsi-meet`. */
  readonly repository: string
  /** As it is written: with the case that the URL has. */
  readonly written: string
  /** Commit, revision, tag or branch; undefined where none is named. */
  readonly ref: string | undefined
  /** From the top of the repository; '' for all of it. */
  readonly path: string
  /** Whether it is the bytes of one file. */
  readonly isFile: boolean
}

/** Tells whether a place is in a repository of Mercurial. */
export function isMercurial({vcs}: Pick<RepositoryPlace, 'vcs'>): boolean {
  return vcs === 'hg'
}

/** Finds the repository that an origin is a part of; undefined where its address tells of none. */
export function repositoryPlace(origin: Origin): RepositoryPlace | undefined {
  switch (origin.kind) {
    case 'url':
      return ofUrl(origin.url)
    case 'member': {
      const archive = ofUrl(origin.archive)
      if (archive === undefined || archive.isFile) return undefined
      return {...archive, path: [archive.path, origin.path].filter((part) => part !== '').join('/')}
    }
    case 'repository': {
      const {vcs, url, ref, path} = origin
      const written = address(url)
      return {vcs, repository: written.toLowerCase(), written, ref, path, isFile: /\.\w+$/.test(path)}
    }
    case 'rock':
    case 'package':
    case 'module':
      return undefined
  }
}

/** Of a repository, however Git and Mercurial take it. */
function address(url: string): string {
  return url
    .replace(/^(?:git|hg)\+/, '')
    .replace(/^(?:https?|ssh|git):\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?!\d+\/)/, '$1/')
    .replace(/^www\./i, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
}

interface Shape {
  readonly fits: RegExp
  readonly vcs: 'git' | 'hg'
  readonly isFile: boolean
}

/** Groups: repository, ref, path. A tag of Git may have slashes: which part is the path is known by the caller alone. */
const shapes: readonly Shape[] = [
  {
    fits: /^(?:raw\.githubusercontent\.com|raw\.github\.com)\/([^/]+\/[^/]+)\/(?:refs\/(?:tags|heads)\/)?((?:stable\/)?[^/]+)\/(.+)$/i,
    vcs: 'git',
    isFile: true,
  },
  {
    fits: /^(github\.com\/[^/]+\/[^/]+)\/(?:raw|blob)\/(?:refs\/(?:tags|heads)\/)?((?:stable\/)?[^/]+)\/(.+)$/i,
    vcs: 'git',
    isFile: true,
  },
  {
    fits: /^(github\.com\/[^/]+\/[^/]+)\/(?:archive|tarball|zipball)\/(?:refs\/(?:tags|heads)\/)?(.+?)(?:\.tar\.gz|\.tgz|\.zip)?()$/i,
    vcs: 'git',
    isFile: false,
  },
  {
    fits: /^codeload\.github\.com\/([^/]+\/[^/]+)\/(?:legacy\.)?(?:tar\.gz|zip)\/(?:refs\/(?:tags|heads)\/)?(.+)()$/i,
    vcs: 'git',
    isFile: false,
  },
  {
    fits: /^api\.github\.com\/repos\/([^/]+\/[^/]+)\/(?:tarball|zipball)\/(?:refs\/(?:tags|heads)\/)?(.+)()$/i,
    vcs: 'git',
    isFile: false,
  },
  // Where the community's modules were once.
  {fits: /^(prosody-modules\.googlecode\.com)\/hg(?:-history\/([^/]+))?\/(.+)$/i, vcs: 'hg', isFile: true},
  {
    fits: /^([^/]+\/.+?)\/(?:raw-file|file|rev)\/([^/]+)\/(.+)$/i,
    vcs: 'hg',
    isFile: true,
  },
  {
    fits: /^([^/]+\/.+?)\/archive\/([^/]+?)\.(?:tar\.(?:gz|bz2)|zip)(?:\/(.*?))?\/?$/i,
    vcs: 'hg',
    isFile: false,
  },
  {fits: /^([^/]+\/.+?)\/-\/(?:raw|blob)\/([^/]+)\/(.+)$/i, vcs: 'git', isFile: true},
  {fits: /^([^/]+\/.+?)\/-\/archive\/([^/]+)\/[^/]+()$/i, vcs: 'git', isFile: false},
  {
    fits: /^([^/]+\/[^/]+\/[^/]+)\/raw\/(?:branch\/|commit\/|tag\/)?([^/]+)\/(.+)$/i,
    vcs: 'git',
    isFile: true,
  },
]

function ofUrl(url: string): RepositoryPlace | undefined {
  const plain = address(url.replace(/[?#].*$/, ''))
  for (const {fits, vcs, isFile} of shapes) {
    const [, repository, ref, path = ''] = fits.exec(plain) ?? []
    if (repository === undefined) continue
    const written = /^(?:raw|codeload|api)\./i.test(plain) ? `github.com/${repository}` : repository
    return {
      vcs,
      written,
      repository: written.toLowerCase(),
      ref: ref === undefined ? undefined : decoded(ref),
      path: decoded(path),
      isFile: isFile && /\.\w+$/.test(path),
    }
  }
  return undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
