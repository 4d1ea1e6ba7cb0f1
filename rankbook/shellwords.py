"""Shell lines ``mpiexec ...`` in the words that the user's shell makes of them.

What asks for no more than a run of one program goes to ranks, also where the shell has something
to fill in: ``~``, ``$VAR``, patterns of file names, quotes. Pipes, redirections, several commands
and what runs others are the shell's alone.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess

#: Quoted texts, escaped characters, and all others one by one.
PIECES = re.compile(r"""'[^']*'|\\.|"(?:\\.|[^"\\])*"|.""", re.DOTALL)

#: Characters that are more than part of a word, where they are not quoted.
OPERATORS = frozenset("|&;<>()`\n'\"")

#: Seconds for the shell, which has next to nothing to do.
PATIENCE = 5

BOTH_STREAMS = re.compile(r"\s2>&1\s*$")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")
UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def launch_line(command: str) -> str | None:
    """Return the line as one of words and quotes only, beginning with ``mpiexec`` or ``mpirun``;
    None where only the shell can run it."""
    # Both are shown, in their order.
    command = BOTH_STREAMS.sub("", command)
    if not is_simple(command):
        return None
    words = words_of(command)
    if words is None:
        return None
    options, words = options_before(words)
    if not words or words[0] not in {"mpiexec", "mpirun"}:
        return None
    return shlex.join([words[0], *options, *words[1:]])


def is_simple(command: str) -> bool:
    """Whether the shell runs one program for this, and none to find out its arguments."""
    for piece in PIECES.findall(command):
        if piece in OPERATORS or (piece[0] == '"' and ("`" in piece or "$(" in piece)):
            return False
    return True


def words_of(command: str) -> list[str] | None:
    """Return what the user's shell makes of a simple command; None where it finds fault with it."""
    shell = os.environ.get("SHELL") or "sh"
    try:
        done = subprocess.run(
            [shell, "-c", f"printf '%s\\0' {command}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=True,
            text=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.split("\0")[:-1]


def options_before(words: list[str]) -> tuple[list[str], list[str]]:
    """Take ``NAME=value``, ``env`` and ``timeout 10`` off the front of a command. Return the
    options that say the same, and the rest."""
    options = []
    rest = list(words)
    while rest:
        if rest[0] == "env" and len(rest) > 1:
            del rest[0]
        elif ASSIGNMENT.match(rest[0]):
            options += ["--env", rest.pop(0)]
        elif rest[0] == "timeout" and len(rest) > 1 and (found := DURATION.fullmatch(rest[1])):
            seconds = float(found[1]) * UNIT_SECONDS[found[2]]
            # None at all is what 0 means there.
            options += ["--timeout", f"{seconds:g}"] if seconds > 0 else []
            del rest[:2]
        else:
            break
    return options, rest
