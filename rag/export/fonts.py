"""Which Chinese fonts this machine has for the typefaces of official documents, best first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rag.errors import ExportError

# The names that fonts carry on Windows, macOS, Linux, and with WPS or FangZheng fonts installed.
_SONG = (
    "FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "华文仿宋", "FZFangSong-Z02",
    "FZFangSong-Z02S", "方正仿宋简体", "方正仿宋_GBK", "Source Han Serif SC", "Source Han Serif CN",
    "思源宋体", "Noto Serif CJK SC", "Noto Serif SC", "SimSun", "宋体", "NSimSun", "STSong", "华文宋体",
    "Songti SC", "AR PL UMing CN", "AR PL SungtiL GB",
)  # fmt: skip
_HEI = (
    "SimHei", "黑体", "STHeiti", "华文黑体", "Heiti SC", "Source Han Sans SC", "Source Han Sans CN",
    "思源黑体", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "微软雅黑", "PingFang SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "HarmonyOS Sans SC", "MiSans", "Alibaba PuHuiTi",
    "Droid Sans Fallback",
)  # fmt: skip
_KAI = (
    "KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "华文楷体", "Kaiti SC", "FZKai-Z03",
    "FZKai-Z03S", "方正楷体简体", "方正楷体_GBK", "AR PL UKai CN", "AR PL KaitiM GB", "LXGW WenKai",
    "霞鹜文楷",
)  # fmt: skip
_TITLE = (
    "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK", "STZhongsong",
    "华文中宋",
)  # fmt: skip
_OTHER = re.compile(
    r"CJK (?:SC|TC|HK|JP|KR)|Han S(?:ans|erif)|WenQuanYi|[\u4e00-\u9fff]|GB2312|GBK|Unifont|Arphic|AR PL",
    re.IGNORECASE,
)
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")


def fonts() -> Mapping[str, tuple[str, ...]]:
    """For ``body``, ``title``, ``hei`` and ``kai`` the families to try, in order; the Latin one first.

    Raises ``ExportError`` when no Chinese font is installed.
    """
    there = {family.lower(): family for family in installed()}
    song, hei, kai, title = (
        [there[n.lower()] for n in names if n.lower() in there] for names in (_SONG, _HEI, _KAI, _TITLE)
    )
    other = sorted(family for family in there.values() if _OTHER.search(family))
    chinese = [*song, *hei, *kai, *other]
    if not chinese:
        raise ExportError(
            "这台电脑没有中文字体，无法生成 PDF。请安装仿宋、宋体或思源宋体（Linux：fonts-noto-cjk），"
            "或改为导出 .docx，再用 Word、WPS 另存为 PDF。",
            "No Chinese font is installed, so no PDF can be made. Install FangSong, SimSun or Noto Serif CJK "
            "(Linux: fonts-noto-cjk), or export .docx and save it as PDF from Word or WPS.",
        )
    latin = [there[name.lower()] for name in LATIN if name.lower() in there][:1]
    roles = {"body": song, "title": [*title, *song], "hei": hei, "kai": kai}
    return {role: tuple(dict.fromkeys([*latin, *best, *chinese])) for role, best in roles.items()}


@lru_cache(maxsize=1)
def installed() -> tuple[str, ...]:
    """The font families of this machine. Raises ``ExportError`` when typst is absent."""
    try:
        import typst
    except ImportError as error:
        raise ExportError(
            "缺少 typst，无法生成 PDF。请运行 pip install typst，或导出 .docx 后另存为 PDF。",
            "typst is missing, so no PDF can be made. Run pip install typst, or export .docx and convert it.",
        ) from error
    return tuple(typst.Fonts().families())
