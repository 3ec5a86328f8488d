/** Put in by tools/build-bundle.ts; without it, code may change without notice, and nothing is kept. */
declare const BUILD_DIGEST: string | undefined

/** The digest of the code that runs, and of the versions of all packages; undefined before a build. */
export const buildDigest = typeof BUILD_DIGEST === 'string' ? BUILD_DIGEST : undefined
