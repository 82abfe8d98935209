"""Runs each subject of a comparison in a fresh process and prints what they measured side by side."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

Numbers = Mapping[str, float]
OURS = "dangwu"


@dataclass(frozen=True, slots=True)
class Material:
    """What every subject gets: passages to hold, questions to ask."""

    passages: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


Subject = Callable[[Material], Numbers]


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table: the key under which subjects report it; ``lower`` numbers are better unless said otherwise."""

    key: str
    name: str
    lower: bool = True


def compare(
    module: str,
    subjects: Mapping[str, Subject],
    measures: Sequence[Measure],
    material: Callable[[int], Material],
    default: int,
    arguments: Sequence[str] | None,
) -> int:
    """The whole of a script: measures every subject at the size given and prints a table; the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("-n", "--size", type=int, default=default, help="how many passages or questions")
    parser.add_argument("--subject", choices=list(subjects), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.subject:
        given = Material(**json.load(sys.stdin))
        print(json.dumps(dict(subjects[options.subject](given))))
        return 0
    given = material(options.size)
    print(table({name: _measured(module, name, given) for name in subjects}, measures, options.size))
    return 0


def _measured(module: str, subject: str, material: Material) -> Numbers:
    """Runs the script again for one subject. The material is made here: making it would warm the subject up."""
    command = [sys.executable, "-m", module, "--subject", subject]
    given = json.dumps(asdict(material))
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    numbers: Numbers = json.loads(done.stdout.splitlines()[-1])
    return numbers


def table(found: Mapping[str, Numbers], measures: Sequence[Measure], size: int) -> str:
    """Markdown: every subject's number, and how many times better ours is than each peer's."""
    peers = [name for name in found if name != OURS]
    head = (f"n = {size}", OURS, *(cell for peer in peers for cell in (peer, "×")))
    rows = [head, ("---",) * len(head)]
    for measure in measures:
        own = found[OURS].get(measure.key)
        cells = [measure.name, _shown(own)]
        for peer in peers:
            other = found[peer].get(measure.key)
            cells += [_shown(other), _ratio(own, other, measure.lower)]
        rows.append(tuple(cells))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _ratio(own: float | None, other: float | None, lower: bool) -> str:
    if not own or not other:
        return ""
    return f"{other / own if lower else own / other:.2g}"


def milliseconds(work: Callable[[], object]) -> float:
    """How long some work takes by the clock on the wall."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def quantiles(times: Sequence[float], name: str) -> Numbers:
    """The median and the 95th percentile, as ``{name}_p50`` and ``{name}_p95``."""
    ordered = sorted(times)
    at = {50: len(ordered) // 2, 95: min(len(ordered) - 1, int(len(ordered) * 0.95))}
    return {f"{name}_p{share}": ordered[place] for share, place in at.items()}


def peak_megabytes() -> float:
    """The most memory this process has held so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024
