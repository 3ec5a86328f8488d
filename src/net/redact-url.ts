/** Writes a URL without its credentials and query, for messages and lockfiles' reports. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  url.username = ''
  url.password = ''
  const query = url.search === '' ? '' : '?…'
  url.search = ''
  url.hash = ''
  return url.href.replaceAll('%7e', '~').replaceAll('%2B', '+') + query
}
