"""CPU time and memory of processes, read from /proc: what they used, however busy the machine is."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def tree_cpu(root: int) -> float:
    """CPU seconds of a process, its living descendants, and those that it has already buried."""
    return sum(_living(pid) for pid in _tree(root)) + _buried(root)


def proportional(pid: int) -> float:
    """Proportional memory of one process in MB."""
    return _memory(pid, "smaps_rollup", "Pss:") / 1024


def resident(pid: int) -> float:
    """Resident memory of one process in MB."""
    return _memory(pid, "status", "VmRSS:") / 1024


def descendants(root: int) -> list[int]:
    return _tree(root)[1:]


def _memory(pid: int, file: str, word: str) -> int:
    try:
        lines = (_PROC / str(pid) / file).read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(word))


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                yield int(entry.name), int(fields[1])


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold blanks and parentheses; none for a process that has gone."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()


def _living(pid: int) -> float:
    """Nanoseconds on a CPU, over all threads: finer than the ticks of ``stat``."""
    total = 0
    try:
        for thread in (_PROC / str(pid) / "task").iterdir():
            total += int((thread / "schedstat").read_text(encoding="ascii").split()[0])
    except OSError:  # it has just ended: its parent counts it from now on
        pass
    return total / 1e9


def _buried(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) / _TICKS if fields else 0.0
