#!/bin/sh
# Every C++ file is as clang-format leaves it.
cd "$(dirname "$0")/../.." || exit 1
command -v clang-format >/dev/null || exit 77
git -c safe.directory="$PWD" ls-files -co --exclude-standard '*.cpp' '*.hpp' |
    xargs clang-format --dry-run --Werror
