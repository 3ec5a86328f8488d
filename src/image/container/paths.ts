/** Folder of the image in which all lies that is ours beside the modules; the last that Prosody looks for modules in. */
export const imageFolder = '/usr/local/lib/prosody-image'

/** Paths of all files of an image, from the project's folder, sorted. */
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
