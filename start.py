#!/usr/bin/env python3
"""党务问答：一条命令，从一台只有 Python 的电脑到打开的网页。
One command from a machine with nothing but Python to the open page.

    python3 start.py               安装、把 seeds/ 编入资料库、在终端回答示例问题、打开网页（首次需联网）
    python3 start.py --port 7861   同上，换一个端口
    python3 start.py test [参数]    安装开发依赖，运行全部检查；带参数时只把参数交给 pytest
    python3 start.py setup         只安装
    python3 start.py ask 问题       其余子命令（ask、index、docs、search、ui、doctor……）原样交给 dangwu

Everything goes into `.venv` beside this file, in the versions that `constraints.txt` names; nothing else on
the machine is touched. A stamp in `.venv`, written when all went well, makes the next start immediate; an
interrupted installation resumes. Standard library only. The file also loads on Python 3.6 (so annotations
beyond a plain name are quoted), to say there which Python it needs.
"""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 10)
NEEDED_GB = 3.0  # an installation with the development tools takes 2.0 GB, and pip unpacks wheels beside it
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
QUESTION = "如何做一名合格的基层党务工作者"
STAMP = "dangwu-installed.json"
WINDOWS = os.name == "nt"


class Trouble(Exception):
    """A step failed; ``str`` says what happened and what to do next, in Chinese and then in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")


class PipFailed(Exception):
    """pip ended with an error; ``str`` is all that it printed."""


def say(zh: str, en: str) -> None:
    """One line in each language, on stderr: stdout belongs to the data."""
    print(f"• {zh}\n  {en}", file=sys.stderr, flush=True)


# --- Python and the virtual environment ---


def newer_python() -> "str | None":
    """The path of a Python on this machine that is new enough, if there is one."""
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and works([found, "-c", ""]):
            return found
    return None


def check_python(version: "tuple[int, ...]") -> None:
    """Raises ``Trouble`` when ``version`` is older than this program can run on."""
    if version[:2] >= OLDEST_PYTHON:
        return
    have = ".".join(str(part) for part in version[:3])
    raise Trouble(
        f"需要 Python 3.10 或更新版本，当前是 {have}。请安装新版本并用它运行，例如 python3.12 start.py",
        f"Python 3.10 or newer is needed, this is {have}. Install one and use it: python3.12 start.py",
    )


def works(command: "list[str]") -> bool:
    """Whether a command can be started and ends well."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def python_of(venv: Path) -> Path:
    """The interpreter inside an environment."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def version_of(venv: Path) -> str:
    """``"3.11"`` for an environment made by Python 3.11; empty when there is none."""
    try:
        text = (venv / "pyvenv.cfg").read_text("utf-8")
    except OSError:
        return ""
    found = re.search(r"^version\s*=\s*(\d+\.\d+)", text, re.MULTILINE)
    return found.group(1) if found else ""


def ensure_venv(venv: Path) -> Path:
    """The interpreter of ``venv``, in which pip runs. An environment that no longer works is made again."""
    python = python_of(venv)
    if version_of(venv) and works([str(python), "-m", "pip", "--version"]):
        return python
    check_replaceable(venv)
    check_venv_module()
    say("正在建立虚拟环境 .venv ……", "Making the virtual environment .venv ...")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if made.returncode != 0:
        raise explain(made.stdout)
    return python


def check_replaceable(venv: Path) -> None:
    """Raises ``Trouble`` when something that is no environment stands where ours should be."""
    if (venv / "pyvenv.cfg").exists() or not venv.exists() or (venv.is_dir() and not any(venv.iterdir())):
        return
    raise Trouble(
        f"{venv} 已存在，但不是 Python 虚拟环境。请把它移走后重新运行。",
        f"{venv} exists and is no Python environment. Move it away and run again.",
    )


def check_venv_module() -> None:
    """Raises ``Trouble`` when this Python cannot make environments (Debian packages that part separately)."""
    if find_spec("venv") and find_spec("ensurepip"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    raise Trouble(
        "当前 Python 缺少 venv 模块。Debian、Ubuntu、统信、麒麟系统请先运行\n"
        f"  sudo apt install python3-venv   （或 {package}）\n  再重新运行。",
        "This Python has no venv module. On Debian and its relatives install that package, then run again.",
    )


# --- the stamp of a complete installation ---


def fingerprint(root: Path, venv: Path) -> str:
    """Differs whenever an installation in ``venv`` would come out differently, or the folder was moved."""
    digest = hashlib.sha256()
    for name in ("constraints.txt", "pyproject.toml"):
        digest.update((root / name).read_bytes())
    digest.update(f"{root}\n{version_of(venv)}".encode())
    return digest.hexdigest()


def is_installed(root: Path, venv: Path, extras: "tuple[str, ...]") -> bool:
    """Whether the stamp says that all of this, with at least these extras, was installed to the end."""
    try:
        stamp = json.loads((venv / STAMP).read_text("utf-8"))
        fits = stamp["fingerprint"] == fingerprint(root, venv) and set(extras) <= set(stamp["extras"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return fits and python_of(venv).exists()


def write_stamp(root: Path, venv: Path, extras: "tuple[str, ...]") -> None:
    """Notes a complete installation, in one step."""
    unfinished = venv / f"{STAMP}.new"
    stamp = {"fingerprint": fingerprint(root, venv), "extras": sorted(extras)}
    unfinished.write_text(json.dumps(stamp), "utf-8")
    unfinished.replace(venv / STAMP)


def ensure_installed(root: Path, extras: "tuple[str, ...]" = ()) -> Path:
    """The interpreter of a complete ``.venv``, made or mended first where needed. Raises ``Trouble``."""
    venv = root / ".venv"
    if is_installed(root, venv, extras):
        return python_of(venv)
    check_disk(venv)
    python = ensure_venv(venv)
    say("正在安装依赖（首次需要几分钟）……", "Installing the dependencies (minutes the first time) ...")
    constraints = ["-c", str(root / "constraints.txt")]
    try:
        install_torch(python, constraints)
        install(python, [*constraints, "-e", f"{root}[{','.join(extras)}]" if extras else str(root)])
    except PipFailed as failure:
        raise explain(str(failure)) from None
    write_stamp(root, venv, extras)
    say(
        "安装完成。dangwu 的各条命令都可以写成 python3 start.py 命令。",
        "Installed. Every dangwu command can be written as: python3 start.py COMMAND",
    )
    return python


def check_disk(venv: Path) -> None:
    """Raises ``Trouble`` when the largest package is still to come and there is no room for it."""
    if any(venv.glob("[Ll]ib/site-packages/torch")) or any(venv.glob("lib/python*/site-packages/torch")):
        return
    free_gb = shutil.disk_usage(str(venv.parent)).free / 10**9
    if free_gb >= NEEDED_GB:
        return
    raise Trouble(
        f"磁盘空间不够：{venv.parent} 所在磁盘只剩 {free_gb:.1f} GB，安装需要 {NEEDED_GB:.0f} GB。\n"
        "  请清理后重新运行，或把本文件夹移到别的磁盘。",
        f"Not enough disk space: {free_gb:.1f} GB left at {venv.parent}, {NEEDED_GB:.0f} GB are needed.\n"
        "  Free some and run again, or move this folder to another disk.",
    )


# --- pip ---


def install_torch(python: Path, constraints: "list[str]") -> None:
    """Installs torch first; from PyTorch's own CPU index where no configured source has it."""
    arguments = [*constraints, "torch"]
    try:
        install(python, arguments)
    except PipFailed as failure:
        if sys.platform != "linux" or cause_of(str(failure)) != "torch":
            raise
        say(
            f"已配置的软件源没有 CPU 版 torch，改用 PyTorch 的 CPU 软件源 {CPU_WHEELS}",
            f"The configured sources have no CPU build of torch; trying PyTorch's own: {CPU_WHEELS}",
        )
        install(python, [*arguments, "--extra-index-url", CPU_WHEELS])


def install(python: Path, arguments: "list[str]") -> None:
    """Runs ``pip install`` and shows the lines that tell how far it is. Raises ``PipFailed``."""
    with subprocess.Popen(
        [
            str(python),
            "-I",
            "-u",
            "-X",
            "utf8",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            *arguments,
        ],
        env={**os.environ, "PIP_USER": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            if line.lstrip().startswith(
                ("Downloading", "Installing collected", "WARNING: Retrying", "ERROR")
            ):
                print("    " + line.strip()[:100], file=sys.stderr, flush=True)
    if process.returncode != 0:
        raise PipFailed("".join(lines))


NO_SPACE = r"No space left on device|Errno 28|not enough space|WinError 112"
NO_NETWORK = (
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Read timed out|Max retries exceeded|"
    r"Connection (?:refused|reset|aborted)|name resolution|ProxyError|SSLError|Network is unreachable|"
    r"[Cc]onnection broken|IncompleteRead"
)
NO_TORCH = (
    r"No matching distribution found for torch\b|\(constraint\) torch=="  # two ways in which pip says it
)
NO_PERMISSION = r"Permission denied|Errno 13|WinError 5\b|Read-only file system"

ADVICE = {
    "space": (
        "磁盘写满了。请腾出至少 3 GB（临时文件夹所在磁盘也要有空间），再重新运行，会接着安装。",
        "The disk is full. Free at least 3 GB (temporary files need room too) and run again; it resumes.",
    ),
    "network": (
        "连不上软件源。首次安装需要联网：请检查网络和代理；国内网络可以改用镜像：\n"
        "  pip config set global.index-url 镜像地址   （或设环境变量 PIP_INDEX_URL，即 pip 的 -i 选项）\n"
        "  然后重新运行，会接着安装。装好以后不再需要网络。",
        "The package index cannot be reached. The first installation needs the network: check it and the\n"
        "  proxy, or choose a mirror as above, then run again; it resumes. Later no network is needed.",
    ),
    "torch": (
        "找不到适合这台电脑（{machine}）的 CPU 版 torch。需要 64 位系统和 Python 3.10—3.14，\n"
        "  macOS 需 14 以上和 Apple 芯片。若符合，请把环境变量 PIP_EXTRA_INDEX_URL 设为 PyTorch 的 CPU\n"
        "  软件源或其镜像（或把 PIP_FIND_LINKS 设为存有 wheel 文件的文件夹），再重新运行。",
        "No source has a CPU build of torch for this machine ({machine}). A 64-bit system and Python\n"
        "  3.10-3.14 are needed, on macOS 14 or later and Apple silicon. If so, point PIP_EXTRA_INDEX_URL\n"
        "  to PyTorch's CPU index (PIP_FIND_LINKS to a folder with the wheel), and run again.",
    ),
    "permission": (
        "没有写入权限。请把本文件夹放到自己可写的位置，关闭正在运行的党务问答，再重新运行。",
        "No permission to write. Move this folder to a place of yours, stop what runs from it, run again.",
    ),
    "unknown": (
        "安装没有成功，最后几行输出见下。重新运行会接着安装；仍不行时请删除 .venv 文件夹再试。",
        "The installation failed; the last lines are below. Run again to resume, or delete .venv first.",
    ),
}


def cause_of(output: str) -> str:
    """Why a step failed, as a key of ADVICE, from what it printed."""
    if re.search(NO_SPACE, output):
        return "space"
    unreachable = re.search(NO_NETWORK, output)
    if re.search(NO_TORCH, output) and (CPU_WHEELS in output or not unreachable):
        return "torch"  # with the fallback asked, it may be the fallback alone that is out of reach
    if unreachable:
        return "network"
    return "permission" if re.search(NO_PERMISSION, output) else "unknown"


def explain(output: str) -> Trouble:
    """What a failed step's output means and what to do about it, with the output's last lines."""
    zh, en = ADVICE[cause_of(output)]
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    tail = "\n".join("    " + line for line in output.strip().splitlines()[-6:])
    return Trouble(zh.format(machine=machine), en.format(machine=machine) + "\n" + tail)


# --- what is started ---


def call(command: "list[str]", quiet: bool = False) -> int:
    """Runs a command, `quiet` without its stdout; its exit code. On Ctrl-C it may end in its own way."""
    stdout = subprocess.DEVNULL if quiet else None
    with subprocess.Popen(command, stdout=stdout) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            raise


def hand_over(command: "list[str]") -> int:
    """Becomes the command where the system can, otherwise runs it; its exit code."""
    if not WINDOWS:
        sys.stderr.flush()
        os.execv(command[0], command)
    return call(command)


def dangwu(python: Path, *arguments: str) -> "list[str]":
    """The command line of a dangwu subcommand; `-I`: a `rag` in the current folder is not taken for ours."""
    return [str(python), "-I", "-m", "rag", *arguments]


def open_page(root: Path, options: "list[str]") -> int:
    """The whole line: seeds indexed, the example question answered, then the page with its `options`."""
    python = ensure_installed(root)
    say("正在把 seeds/ 编入资料库……", "Indexing seeds/ ...")
    failed = call(dangwu(python, "index", str(root / "seeds")), quiet=True)
    if failed:
        return failed
    say(f"示例问题：{QUESTION}", "The example question, answered:")
    failed = call(dangwu(python, "ask", QUESTION))
    if failed:
        return failed
    say("正在打开网页，按 Ctrl-C 结束。", "Starting the page; Ctrl-C ends it.")
    return hand_over(dangwu(python, "ui", *options))


def run_tests(root: Path, arguments: "list[str]") -> int:
    """Lint, types and every test; with arguments pytest alone, with them. 0 when all is well."""
    python = ensure_installed(root, ("dev",))
    os.chdir(str(root))
    every = [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest"]]
    checks = [["pytest", *arguments]] if arguments else every
    codes = {" ".join(check[:2]): call([str(python), "-m", *check]) for check in checks}
    failed = [name for name, code in codes.items() if code != 0]
    if failed:
        say(f"没有通过：{'、'.join(failed)}", f"Failed: {', '.join(failed)}")
        return codes[failed[-1]]
    say(f"全部通过：{'、'.join(codes)}", f"Passed: {', '.join(codes)}")
    return 0


def run(arguments: "list[str]") -> int:
    """The exit code for a command line. Raises ``Trouble``."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    check_python(sys.version_info[:3])
    if not arguments or arguments[0].startswith("-"):
        return open_page(ROOT, arguments)
    if arguments[0] == "test":
        return run_tests(ROOT, arguments[1:])
    if arguments[0] == "setup":
        ensure_installed(ROOT)
        return 0
    return hand_over(dangwu(ensure_installed(ROOT), *arguments))


def main() -> int:
    """Runs the command line; what can be foreseen to fail becomes a message and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # from Python 3.7 on
            stream.reconfigure(errors="replace")
    newer = newer_python() if sys.version_info[:2] < OLDEST_PYTHON else None
    if newer:
        return subprocess.call([newer, *sys.argv])
    try:
        return run(sys.argv[1:])
    except Trouble as trouble:
        print(f"\n✗ {trouble}", file=sys.stderr)
    except OSError as error:
        print(f"\n✗ {explain(str(error))}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\n已中断，重新运行即可继续。 / Interrupted; run again to resume.", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
