const devices = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:[.:].*)?$/i

/**
 * Tells whether Windows takes a name, of a file, folder, module or source, for a device: a copy there could not have
 * it.
 */
export function isDeviceName(name: string): boolean {
  return devices.test(name)
}
