#compdef prosody-mods
# zsh completion of prosody-mods @version@; "prosody-mods completion zsh" prints it.

_prosody_mods_published() {
  case $1 in
    @published@
  esac
}

# Modules of the registry, with what they do: by their names, or behind source/ by keys.
_prosody_mods_modules() {
  local source
  local -a reply found
  for source in @sources@; do
    [[ $PREFIX != */* || $PREFIX == $source/* ]] || continue
    _prosody_mods_published $source
    if [[ $PREFIX == */* ]]; then found+=($source/$^reply); else found+=($reply $source:'all of a source'); fi
  done
  _describe -t modules module found
}

# Keys of the lockfile beside the nearest manifest, as prosody-mods lays it out.
_prosody_mods_installed() {
  local folder=$PWD line key
  local -a found match mbegin mend
  local -i at=${_prosody_mods_line[(I)(-C*|--directory*)]}
  if ((at)); then
    case ${_prosody_mods_line[at]} in
      (-C|--directory) folder=${_prosody_mods_line[at + 1]} ;;
      (-C*) folder=${_prosody_mods_line[at]#-C} ;;
      (*) folder=${_prosody_mods_line[at]#--directory=} ;;
    esac
    folder=${~${(Q)folder}}
    folder=${folder:a}
  fi
  until [[ -f $folder/prosody-mods.json ]]; do
    [[ $folder == /?* ]] || return 1
    folder=${folder:h}
  done
  [[ -f $folder/prosody-mods.lock.json ]] || return 1
  for line in ${(f)"$(<$folder/prosody-mods.lock.json)"}; do
    [[ $line =~ '^    "([a-z0-9][a-z0-9_-]*/([a-z0-9][a-z0-9_-]*|[*]))": [{]$' ]] || continue
    key=$match[1]
    if [[ $PREFIX != */* ]]; then
      if [[ $key == */\* ]]; then found+=($key:h); else found+=($key:t); fi
    elif [[ $key != */\* ]]; then
      found+=($key)
    fi
  done
  _wanted modules expl 'installed module' compadd -a found
}

# Paths beside names of modules only where they are meant, or where no name fits: there are some in every folder.
_prosody_mods_modules_or_files() {
  if [[ $PREFIX != [./~]* ]] && _prosody_mods_modules; then return; fi
  _files
}

_prosody_mods_installed_or_files() {
  local -i failed=1
  _prosody_mods_installed && failed=0
  _files && failed=0
  return failed
}

_prosody_mods_commands() {
  local -a found=(
    @first@
  )
  _describe -t commands command found
}

# What stands behind the first word of commands that have two.
_prosody_mods_second() {
  local -a found
  case $1 in
    @second@
    (*) return 1 ;;
  esac
  _describe -t commands command found
}

_prosody_mods_words() {
  local -a globals=(
    @globals@
  )
  local curcontext=$curcontext state
  case $1 in
    (help)
      ((CURRENT == 2)) && _prosody_mods_commands || { ((CURRENT == 3)) && _prosody_mods_second $words[2] } ;;
    @commands@
  esac
}

_prosody-mods() {
  local curcontext=$curcontext state expl
  local -a _prosody_mods_line=("${words[@]}")
  local -A opt_args
  _arguments -C \
    @program@ \
    '1:command:_prosody_mods_commands' \
    '*::word:->words' && return
  [[ $state == words ]] && _prosody_mods_words $words[1]
}

# Loaded from fpath it is called as a function; otherwise it was sourced.
if [[ ${funcstack[1]-} == _prosody-mods ]]; then
  _prosody-mods "$@"
else
  compdef _prosody-mods prosody-mods
fi
