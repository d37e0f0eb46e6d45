# shellcheck shell=sh
# Sourced by ./run and ./test from inside the checkout: finds a Python, makes .venv, installs what changed. POSIX sh.

venv_python=.venv/bin/python
python=
# A dozen processes start from the same sources; where this is set, every one would compile them all anew.
unset PYTHONDONTWRITEBYTECODE

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

# Set $python: the one of .venv when that works, else the first of the system that is new enough and can make a .venv.
# The distribution's own comes first: it is built with optimizations that make it a fifth quicker.
choose_python() {
    names='python3.14 python3.13 python3.12 python3.11 python3'
    for python in "$venv_python" $(printf '/usr/bin/%s ' $names) $names; do
        if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            return
        fi
    done
    fail 'Python 3.11 or newer with the venv module is needed (on Debian and Ubuntu: apt-get install python3-venv).'
}

requirement_files() {
    cat requirements.txt requirements/*.txt
}

# install SET FILE: make .venv if need be, and install the file unless that was done since a list of packages changed.
install() {
    stamp=.venv/$1.stamp
    if [ "$python" = "$venv_python" ] && requirement_files | cmp -s - "$stamp"; then
        return
    fi
    [ -w . ] || fail "The folder $PWD is not writable: copy it to a place of your own and start again there."
    # One at a time: a second start waits here for the first.
    if command -v flock >/dev/null 2>&1; then
        exec 9<.
        flock 9
    fi
    if [ ! -x "$venv_python" ] || ! "$venv_python" -c '' >/dev/null 2>&1; then
        "$python" -m venv --clear .venv || fail 'The virtual environment .venv could not be made.'
    fi
    python=$venv_python
    requirement_files | cmp -s - "$stamp" || install_file "$2"
    exec 9<&-
}

# Parts of packages that the portal never loads; whatever is left out here is compiled when it is first imported.
not_loaded='/(pip|setuptools|pkg_resources|providers|gis|locale|prompt_toolkit|wcwidth|valkey|mypyc?|numpy|pygments|holidays|narwhals|tests?)/'

# pip compiles on one core what it installs, all of it; we compile what is loaded, on every core.
install_file() {
    echo 'Installing packages (only when the requirements changed) …'
    "$python" -m pip install --quiet --disable-pip-version-check --only-binary=:all: --no-compile \
        --requirement "$1" --constraint requirements/constraints.txt >.venv/install.log 2>&1 || {
        tail -n 5 .venv/install.log >&2
        fail 'The packages could not be installed; the whole story is in .venv/install.log.
Where the wheels of the private servers do not exist, set DATABASE_URL and REDIS_URL to servers of your own.'
    }
    "$python" -m compileall -q -j 0 -x "$not_loaded" .venv/lib >>.venv/install.log 2>&1 || :
    requirement_files >"$stamp"
}
