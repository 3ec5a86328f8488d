# bash completion of prosody-mods @version@; "prosody-mods completion bash" prints it.
# shellcheck shell=bash

# Names without @ and what follows, each with a space behind it.
_prosody_mods_published() {
  case $1 in
    @published@
    *) published= ;;
  esac
}

# Whether a flag of a command has a value behind it.
_prosody_mods_takes_value() {
  case "$1 $2" in
    @takes@) return 0 ;;
  esac
  return 1
}

# What can stand behind a flag: kinds in capitals, or values.
_prosody_mods_values() {
  case "$1 $2" in
    @values@
    *) words= ;;
  esac
}

_prosody_mods_operands() {
  case $1 in
    @operands@
    *) words= ;;
  esac
}

_prosody_mods_flags() {
  case $1 in
    @flags@
    '') words='@programFlags@' ;;
    *) words='@globalFlags@' ;;
  esac
}

# What can follow words of a command that is not whole yet; none behind a whole one.
_prosody_mods_next() {
  case $1 in
    '') words='@first@' ;;
    @second@
    *) words= ;;
  esac
}

# Takes over what begins like the word at the cursor. Nothing of it is expanded.
_prosody_mods_offer() {
  local word
  for word in "$@"; do
    [[ $word != "$cur"* ]] || COMPREPLY+=("$prefix$word")
  done
}

_prosody_mods_offer_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do COMPREPLY+=("$prefix$path"); done < <(compgen "$1" -- "$cur")
}

_prosody_mods_offer_modules() {
  local source published
  for source in @sources@; do
    [[ $cur != */* || $cur == "$source"/* ]] || continue
    _prosody_mods_published "$source"
    if [[ $cur == */* ]]; then published=" $published" published=${published// / "$source"/}; fi
    # shellcheck disable=SC2086 # words of letters, digits, - and _
    _prosody_mods_offer ${published%"$source"/}
  done
  [[ $cur == */* ]] || _prosody_mods_offer @sources@
}

# Keys of the lockfile beside the nearest manifest, as prosody-mods lays it out.
_prosody_mods_offer_installed() {
  local folder=$PWD key
  [[ -z $directory ]] || folder=$(cd -- "$directory" 2>/dev/null && pwd) || return
  until [[ -f $folder/prosody-mods.json ]]; do
    [[ $folder == /?* ]] || return
    folder=${folder%/*}
  done
  [[ -f $folder/prosody-mods.lock.json ]] || return
  while IFS='"' read -r _ key _; do
    if [[ $cur == */* ]]; then
      [[ $key == */'*' ]] || _prosody_mods_offer "$key"
    elif [[ $key == */'*' ]]; then
      _prosody_mods_offer "${key%/*}"
    else
      _prosody_mods_offer "${key#*/}"
    fi
  done < <(LC_ALL=C grep -E '^    "[a-z0-9][a-z0-9_-]*/([a-z0-9][a-z0-9_-]*|\*)": \{$' "$folder/prosody-mods.lock.json")
}

# Paths beside names of modules only where they are meant: there are some in every folder.
_prosody_mods_offer_words() {
  local word
  for word in $1; do
    case $word in
      MODULES) _prosody_mods_offer_modules ;;
      INSTALLED) _prosody_mods_offer_installed ;;
      FOLDERS) _prosody_mods_offer_paths -d ;;
      FILES) [[ " $1 " == *' MODULES '* && $cur != [./~]* && ${#COMPREPLY[@]} -gt 0 ]] || _prosody_mods_offer_paths -f ;;
      *) _prosody_mods_offer "$word" ;;
    esac
  done
}

_prosody_mods() {
  local cur=${COMP_WORDS[COMP_CWORD]} prefix='' command='' flag='' directory='' words='' word
  local -i index operands=0 only_operands=0
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if [[ -n $flag ]]; then
      # readline has split --flag=value
      [[ $word != = ]] || continue
      [[ $flag != -C && $flag != --directory ]] || directory=$word
      flag=
    elif [[ $word == -- ]]; then
      only_operands=1
    elif [[ $word == -* && $only_operands == 0 ]]; then
      if _prosody_mods_takes_value "$command" "$word"; then flag=$word; fi
    elif [[ $word == [@:]* || ${COMP_WORDS[index - 1]} == [@:]* ]]; then
      continue
    elif [[ $word == help && -z $command ]]; then
      continue
    else
      _prosody_mods_next "$command"
      if [[ " $words " == *" $word "* ]]; then command="${command:+$command }$word"; else operands+=1; fi
    fi
  done
  if [[ $cur == --*=* ]]; then
    flag=${cur%%=*} prefix="${cur%%=*}=" cur=${cur#*=}
  elif [[ $cur == = ]]; then
    cur=
  fi
  if [[ -n $flag ]]; then
    _prosody_mods_values "$command" "$flag"
    _prosody_mods_offer_words "$words"
    return
  fi
  # a version or the rest of a URL, which readline has split off
  [[ $cur != [@:]* && ${COMP_WORDS[COMP_CWORD - 1]} != [@:]* ]] || return
  if [[ $cur == -* && $only_operands == 0 ]]; then
    _prosody_mods_flags "$command"
    _prosody_mods_offer_words "$words"
    return
  fi
  _prosody_mods_next "$command"
  [[ -n $words ]] || _prosody_mods_operands "$command"
  # what is no command, or the one operand that there may be
  if ((operands > 0)) && [[ $words != 'MANY '* ]]; then return; fi
  words=${words#MANY }
  _prosody_mods_offer_words "$words"
}

complete -F _prosody_mods prosody-mods
