/** Folder of the image in which all lies that is ours beside the modules; the last that Prosody looks for modules in. */
export const imageFolder = '/usr/local/lib/prosody-image'

/** Folder of the project with the files of rocks, as the image's Lua finds them. */
export const librariesFolder = 'prosody-libraries'

/** Paths of the files that every image has, from the project's folder, sorted. */
export const imagePaths = [
  '.dockerignore',
  '.env.example',
  'Dockerfile',
  'IMAGE.md',
  'compose.yaml',
  'prosody-image/certificates.lua',
  'prosody-image/environment.lua',
  'prosody-image/healthcheck.lua',
  'prosody-image/mod_image_accounts.lua',
  'prosody.cfg.lua',
] as const

/** The path of a file of an image. */
export type ImagePath = (typeof imagePaths)[number]
