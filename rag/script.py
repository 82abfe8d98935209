"""The assistant's own words in Traditional characters, for those who ask in them; quotations stay as their author wrote.

A closed vocabulary: the table knows the characters of this program's own sentences and no others.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from embeddings import fold
from rag.datatypes import Answer

_PHRASES = {
    "复制": "複製",
    "复述": "複述",
    "重复": "重複",
    "联系": "聯繫",
    "接着": "接著",
    "回复": "回覆",
    "注释": "註釋",
    "脚注": "腳註",
    "见注": "見註",
    "注明": "註明",
}
_PAIRS = """
与與 两兩 个個 为為 书書 于於 从從 们們 价價 会會 党黨 关關 写寫 决決 准準 击擊 则則 删刪 务務 动動 单單 历歷 参參 发發 变變
号號 后後 启啟 员員 响響 处處 备備 复復 够夠 夹夾 实實 审審 对對 导導 带帶 并並 库庫 应應 废廢 开開 录錄 总總 户戶 执執 扫掃
护護 报報 择擇 换換 据據 数數 断斷 无無 时時 显顯 机機 条條 来來 松鬆 标標 样樣 检檢 没沒 测測 浏瀏 点點 环環 现現 电電
码碼 确確 离離 称稱 筛篩 约約 纯純 纲綱 组組 织織 结結 给給 络絡 维維 编編 网網 联聯 脑腦 节節 荐薦 装裝 览覽 认認 讲講 设設
评評 识識 词詞 试試 话話 该該 语語 说說 请請 读讀 课課 调調 资資 车車 载載 较較 输輸 过過 运運 还還 这這 进進 连連 选選 里裡
钥鑰 链鏈 错錯 长長 闭閉 问問 间間 阅閱 随隨 页頁 题題 额額 帮幫 类類 获獲 责責 规規 么麼 办辦 体體 议議 级級 继繼 续續 终終 线線 别別
围圍 绕繞 学學 习習 内內 顾顧 际際 讨討 论論 难難 须須 况況 谈談 经經 证證
""".split()
_QUOTED = re.compile(r"(《[^》]*》)")


def traditional(words: str, question: str = "") -> str:
    """``words`` in Traditional characters; titles in 《》 stay, and what the ``question`` spells is spelt as it does."""
    own = {ord(fold(c)): c for c in question if fold(c) != c and "\u4e00" <= c <= "\u9fff"}
    table = {**_table(), **own}
    return "".join(
        piece if i % 2 else _phrases(piece).translate(table) for i, piece in enumerate(_QUOTED.split(words))
    )


def in_script_of_question(answer: Answer) -> Answer:
    """The answer with its framing (refusal, reason, notice) in the script that was asked in."""
    if answer.language != "zh-Hant":
        return answer
    asked = answer.question
    return replace(
        answer,
        answer=_refused(answer) if answer.refused else answer.answer,
        reason=traditional(answer.reason, asked) if answer.reason else answer.reason,
        notice=traditional(answer.notice, asked) if answer.notice else answer.notice,
    )


def _refused(answer: Answer) -> str:
    """A refusal line by line: the lines that name passages are the documents' words."""
    lines = answer.answer.split("\n")
    return "\n".join(line if line.startswith("- ") else traditional(line, answer.question) for line in lines)


def _phrases(words: str) -> str:
    for simplified, spelt in _PHRASES.items():
        words = words.replace(simplified, spelt)
    return words


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in _PAIRS}
