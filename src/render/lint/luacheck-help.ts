/** Where luacheck's codes are explained. */
export const luacheckHelp = 'https://luacheck.readthedocs.io/en/stable/warnings.html'
