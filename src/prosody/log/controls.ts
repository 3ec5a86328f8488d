/** Takes sequences of terminals out of a text, then what is left of controls; tabs and line ends stay. */
export function withoutControls(text: string): string {
  if (/^[\t\n -~]*$/.test(text)) return text
  return text
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
}
